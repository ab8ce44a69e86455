// The fleet's positions for `bench/console_memory.py`: the page's link is the server's, but for this one view, which is answered inside the page.
// The server passes on at most one fix a second of a unit; a shift that is replayed at speed has more than that.
(() => {
  const { units } = window.benchPlan;
  const name = (index) => `X${String(index).padStart(5, '0')}`;
  const fix = (index, turn) => {
    const way = (index * 0.37 + turn * 0.01) % (2 * Math.PI);
    return [117.2 + Math.cos(way + index) * 0.2, 39.12 + Math.sin(way) * 0.15, (turn * 7 + index) % 360, 40, Date.now(), 'avl'];
  };
  let link = null;
  let position = 1;
  let turn = 0;
  const say = (frame) => link?.onmessage?.({ data: JSON.stringify({ view: 'unit_position', epoch: 'bench', ...frame }) });
  const rows = () => Array.from({ length: units }, (_, index) => [name(index), position, fix(index, turn)]);
  window.WebSocket = class extends WebSocket {
    send(text) {
      const { type, view } = JSON.parse(text);
      if (view !== 'unit_position') return super.send(text);
      if (type !== 'subscribe') return;
      link = this;
      setTimeout(() => say({ type: 'snapshot', position, documents: rows(), is_last: true }));
    }
  };
  /** Every unit sends so many fixes, one after another. */
  window.benchFixes = async (count) => {
    for (let sent = 0; sent < count; sent += 1) {
      turn += 1;
      position += 1;
      say({ type: 'delta', from: position - 1, to: position, set: rows(), gone: [] });
      // The console takes what came, and draws, before the next.
      await new Promise((done) => setTimeout(done));
    }
  };
})();
