/**
 * Probes for the four rows of the documented table, to be pasted into one's own configuration. Vulcan does not document
 * the columns of its tables: the two names of each statement may have to be changed.
 */
export const PROBE_TEMPLATES = `# In your own vulcan-ops.yaml, below the target. Change tables and columns to those of your database.
reconnects:
  # WebSocket connections: clients auto-reconnect. The metric also counts other connections of the load balancer.
  - name: websockets
    metric: {namespace: AWS/ApplicationELB, name: ActiveConnectionCount, stat: Sum}
    expect: back-to 90%
    within: 10m
  # Relay connectors: auto-reconnect with backoff. Nine of ten have to be seen after the change.
  - name: relays
    sql: SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY last_seen) FROM relays
    expect: newer-than-change
    within: 10m
  # Agent heartbeats: resume on the next interval.
  - name: agents
    sql: SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY last_seen) FROM agents
    expect: newer-than-change
    within: 10m
  # Scheduled scans: continue from schedule. Longer than the longest pause between two scans.
  - name: scans
    sql: SELECT max(last_run) FROM jobs
    expect: newer-than-change
    within: 60m
`;
