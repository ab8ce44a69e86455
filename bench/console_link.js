// The live link of `bench/surge.py`: it speaks docs/protocol.md inside the page, with documents of the shape that the server gave.
// Rows are written before the clock runs; while it runs only ready text is put together, so that what is measured is the console.
(() => {
  const { shapes, units, incidents, deltas } = window.benchPlan;
  const FRAMES_A_SECOND = 20;
  const VARIANTS = 40;
  const Real = window.WebSocket;
  // Evenly over some 60 by 60 km, no two at one place (the R2 sequence).
  const spread = (index, step) => ((index * step) % 1) - 0.5;
  const at = (index) => [117.2 + spread(index + 1, 0.7548776662) * 0.67, 39.12 + spread(index + 1, 0.569840291) * 0.55];
  const number = (index) => `261123-${String(index).padStart(4, '0')}`;
  const unit = (index) => `X${String(index).padStart(5, '0')}`;
  const STATUSES = ['available', 'dispatched', 'acknowledged', 'en_route', 'on_scene'];
  const opened_ms = Date.now() - 600_000;
  const make = {
    incident_board: (index, turn) => {
      const [lon, lat] = at(index);
      const opened_at = new Date(opened_ms - index * 1000).toISOString();
      return [number(index), { ...shapes.incident_board, number: number(index), short: number(index).slice(7), priority: 1 + ((index * 7) % 5),
        phase: 'pending', lon, lat, address: `南京路${index}号`, opened_at, phase_at: opened_at, notes: turn, version: 1 + turn }];
    },
    unit_status: (index, turn) => [unit(index), { ...shapes.unit_status, unit: unit(index), status: STATUSES[(index + turn) % 5], version: 1 + turn }],
    unit_position: (index, turn) => {
      const [lon, lat] = at(index);
      return [unit(index), [lon + turn * 1e-5, lat + turn * 1e-5, (index * 6) % 360, 40, Date.now(), 'avl']];
    },
  };
  // One of each kind is left out of the rush: what is said of it stays until something else is said. Both stand at the top of their lists.
  const traced = {
    incident_board: ['261123-9999', { ...make.incident_board(9999, 0)[1], priority: 1, opened_at: new Date(opened_ms - 86_400_000).toISOString() }],
    unit_status: ['A0001', { ...make.unit_status(0, 0)[1], unit: 'A0001' }],
    unit_position: ['A0001', make.unit_position(0, 0)[1]],
  };
  const sizes = { incident_board: incidents - 1, unit_status: units - 1, unit_position: units - 1 };
  const batches = Object.fromEntries(Object.keys(deltas).map((view) => {
    const count = Math.round(deltas[view] / FRAMES_A_SECOND);
    const rows = (turn) => Array.from({ length: count }, (_, at) => {
      const [key, document] = make[view]((turn * count + at) % sizes[view], turn);
      return [key, 1, document];
    });
    return [view, { count, texts: Array.from({ length: VARIANTS }, (_, turn) => JSON.stringify(rows(turn))) }];
  }));
  let sent = 0;
  let link = null;

  class Link extends EventTarget {
    static OPEN = 1;
    readyState = 0;
    held = new Map();
    constructor() {
      super();
      link = this;
      setTimeout(() => {
        this.readyState = 1;
        this.onopen?.({});
        this.say({ type: 'hello', server_time: new Date().toISOString(), version: 'bench', account: 'admin', epochs: {} });
        setInterval(() => this.say({ type: 'tick', server_time: new Date().toISOString(), positions: {}, lag: {} }), 1000);
      });
    }
    say(frame) {
      this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
    }
    async send(text) {
      const { type, view, id } = JSON.parse(text);
      if (type === 'ping') this.say({ type: 'pong', id, server_time: new Date().toISOString() });
      if (type !== 'subscribe') return;
      const documents = make[view]
        ? [traced[view], ...Array.from({ length: sizes[view] }, (_, index) => make[view](index, 0))].map(([key, document]) => [key, 1, document])
        : (await (await fetch(`/api/views/${view}`)).json()).documents;
      this.held.set(view, 1);
      this.say({ type: 'snapshot', view, epoch: 'bench', position: 1, documents: documents ?? [], is_last: true });
    }
    close() {
      this.readyState = 3;
    }
  }
  const delta = (view, set) => {
    const from = link.held.get(view);
    if (from === undefined) return;
    link.held.set(view, from + 1);
    link.say(`{"type":"delta","view":"${view}","epoch":"bench","from":${from},"to":${from + 1},"gone":[],"set":${set}}`);
  };
  window.WebSocket = new Proxy(Real, { construct: (_, [url]) => (String(url).includes('/api/live') ? new Link() : new Real(url)) });
  window.benchLink = {
    sent: () => sent,
    traced: (view) => traced[view][0],
    /** Something else is so of the one that is left out: of an incident or a unit a part, of a position all. */
    tell: (view, change) => {
      const [key, document] = traced[view];
      delta(view, JSON.stringify([[key, 1, Array.isArray(change) ? change : { ...document, ...change }]]));
    },
    begin: () => {
      let turn = 0;
      const began = performance.now();
      setInterval(() => {
        // A late timer sends what it owes, so that the rate holds.
        for (; turn < ((performance.now() - began) / 1000) * FRAMES_A_SECOND; turn += 1) {
          for (const [view, { count, texts }] of Object.entries(batches)) {
            delta(view, texts[turn % VARIANTS]);
            sent += count;
          }
        }
      }, 1000 / FRAMES_A_SECOND);
    },
  };
})();
