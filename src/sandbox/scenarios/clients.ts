import { healthy } from "./healthy.ts";
import type { Scenario } from "./scenario.ts";

export const clientsReconnect: Scenario = {
  ...healthy,
  name: "clients-reconnect",
  summary: "As healthy, with 24 WebSockets, 4 relays and 12 agents that come back by themselves, and scans every 5 min",
  clients: { browsers: 24, relays: 4, lostRelays: 0, agents: 12, lostAgents: 0 },
};

export const lostAgents: Scenario = {
  ...clientsReconnect,
  name: "lost-agents",
  summary: "As clients-reconnect, but 4 of the 12 agents do not come back once their task has gone",
  clients: { browsers: 24, relays: 4, lostRelays: 0, agents: 12, lostAgents: 4 },
};

export const lostRelay: Scenario = {
  ...clientsReconnect,
  name: "lost-relay",
  summary: "As clients-reconnect, but 1 of the 4 relays does not come back once its task has gone",
  clients: { browsers: 24, relays: 4, lostRelays: 1, agents: 12, lostAgents: 0 },
};
