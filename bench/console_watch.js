// What the benchmarks of the console see inside the page: when a key or a delta is on the screen, and a hand that drags the map.
// A thing is shown at the end of the first frame that has it: the callback of the frame finds it, and the message that it posts is handled
// when style, layout, paint and commit of that frame are done. The compositor's part is left to the browser's own event timing.
(() => {
  // A thing that is not there after so long is lost, and counts as one that is.
  const LOST_MS = 30_000;
  const DRAG_PX_A_SECOND = 300;
  const DRAG_PX = 150;

  const frames = new MessageChannel();
  const ending = [];
  frames.port1.onmessage = () => ending.shift()?.(performance.now());
  const shown = (isThere, since) =>
    new Promise((done) => {
      const look = () => {
        if (isThere()) {
          ending.push((at) => done(at - since));
          frames.port2.postMessage(0);
        } else if (performance.now() - since > LOST_MS) done(LOST_MS);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });

  // Keys. What a press has to show is said before it comes.
  const text = (selector) => document.querySelector(selector)?.textContent ?? '';
  const chosen = () => document.querySelector(".queue [role='option'][aria-selected='true']")?.dataset.id ?? '';
  const answers = {
    // Another row of the queue is chosen, and its incident stands in the panel.
    opened: () => {
      const before = text('.panel.inc h2 .num');
      return () => text('.panel.inc h2 .num') !== before && chosen().endsWith(text('.panel.inc h2 .num'));
    },
    written: (wanted) => () => document.activeElement?.value === wanted,
    // What Enter would do is spelt out for the line as it is now.
    read: (wanted) => () => document.activeElement?.value === wanted && document.querySelector('.cmd-pop:not([hidden]) [role=option]') !== null,
    focused: (selector) => () => document.activeElement?.closest(selector) !== null,
  };
  let awaited = null;
  let answer = Promise.resolve(null);
  addEventListener(
    'keydown',
    (event) => {
      if (!event.isTrusted || !awaited) return;
      const isThere = awaited;
      awaited = null;
      answer = shown(isThere, event.timeStamp);
    },
    true,
  );
  const timed = [];
  new PerformanceObserver((list) => {
    for (const { name, duration, startTime } of list.getEntries()) if (name === 'keydown') timed.push([startTime, duration]);
  }).observe({ type: 'event', durationThreshold: 16 });

  // Marks on the map: the canvas of the many is put together from pixels, which can be looked at on their way.
  const put = CanvasRenderingContext2D.prototype.putImageData;
  let pixels = null;
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...at) {
    pixels = image;
    return put.call(this, image, ...at);
  };
  const isMarked = ({ x, y }) => {
    if (!pixels) return false;
    for (let row = y - 6; row < y + 6; row += 1)
      for (let column = x - 6; column < x + 6; column += 1) if (pixels.data[(row * pixels.width + column) * 4 + 3] > 0) return true;
    return false;
  };

  // The first picture, counted from the start of the navigation.
  const drawn = () => document.querySelector(".map-ground[data-ground='drawn']") !== null && pixels?.data.some((byte) => byte > 0);
  const first = Promise.all([shown(() => document.querySelector('.queue [data-id]') !== null, 0), shown(drawn, 0)]);

  // Deltas. Of the stand-in's link each is said and looked for here; of the real one every delta is heard before the console hears it.
  const row = (id) => document.querySelector(`.queue [role='option'][data-id='${id}']`);
  const cell = (id) => document.querySelector(`.board [data-unit='${id}']`);
  const SPOTS = [
    [117.9, 38.75],
    [117.9, 39.25],
  ];
  const spots = [];
  const traces = {
    row: (turn) => {
      const address = `第${turn}号`;
      return ['incident_board', { address }, () => row(window.benchLink.traced('incident_board'))?.textContent.includes(address)];
    },
    cell: (turn) => {
      const status = turn % 2 ? 'en_route' : 'on_scene';
      return ['unit_status', { status }, () => cell(window.benchLink.traced('unit_status'))?.dataset.s === status];
    },
    mark: (turn) => ['unit_position', [...SPOTS[turn % 2], null, null, Date.now(), 'avl'], () => isMarked(spots[turn % 2])],
  };
  const trace = (kind, turn) => {
    const [view, change, isThere] = traces[kind](turn);
    const since = performance.now();
    window.benchLink.tell(view, change);
    return shown(isThere, since);
  };
  /** Where on the canvas the mark stands when it is at a spot; the spots lie east of everything else. */
  const findSpot = async (turn) => {
    window.benchLink.tell('unit_position', traces.mark(turn)[1]);
    await new Promise((done) => setTimeout(done, 1_000));
    const { width, height, data } = pixels;
    const found = [];
    for (let y = 0; y < height; y += 1)
      for (let x = Math.round(width * 0.58); x < width; x += 1) if (data[(y * width + x) * 4 + 3] > 0) found.push([x, y]);
    const middle = (axis) => Math.round(found.reduce((sum, at) => sum + at[axis], 0) / found.length);
    spots[turn] = { x: middle(0), y: middle(1), pixels: found.length };
    return spots[turn];
  };
  const heard = [];
  const hear = ({ data }) => {
    const since = performance.now();
    const { type, view, set } = JSON.parse(data);
    if (type !== 'delta') return;
    for (const [key, , document] of set ?? []) {
      if (view === 'unit_status' && cell(key)) shown(() => cell(key)?.dataset.s === document.status, since).then((ms) => heard.push(ms));
      if (view === 'incident_timeline' && text('.panel.inc h2 .num') === document.head.short) {
        const { length } = document.entries;
        const isThere = () => window.document.querySelectorAll('.panel.inc .tl-i').length === length;
        shown(isThere, since).then((ms) => heard.push(ms));
      }
    }
  };
  if (!window.benchPlan)
    window.WebSocket = class extends WebSocket {
      constructor(...of) {
        super(...of);
        // The first listener: the console sets its own on what it is given.
        this.addEventListener('message', hear);
      }
    };

  let dragging = 0;
  const drag = () => {
    const touch = document.querySelector('.map-touch');
    const { left, top, width, height } = touch.getBoundingClientRect();
    const began = performance.now();
    const step = () => {
      const way = (((performance.now() - began) / 1000) * DRAG_PX_A_SECOND) % (4 * DRAG_PX);
      const x = way < DRAG_PX ? way : way < 3 * DRAG_PX ? 2 * DRAG_PX - way : way - 4 * DRAG_PX;
      const at = { clientX: left + width / 2 + x, clientY: top + height / 2, pointerId: 1, bubbles: true };
      touch.dispatchEvent(new PointerEvent('pointermove', at));
      dragging = requestAnimationFrame(step);
    };
    step();
  };

  window.benchWatch = {
    first: async () => {
      const [queue, map] = await first;
      return { queue, map };
    },
    trace,
    findSpot,
    heard: () => heard,
    await: (kind, wanted) => {
      awaited = answers[kind](wanted);
    },
    answered: () => answer,
    timed: () => timed,
    drag,
    rest: () => cancelAnimationFrame(dragging),
  };
})();
