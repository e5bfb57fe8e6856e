#!/bin/sh
# Stands in for workerd: notes its own process id for src/local/watchdog.sh, then becomes workerd. Where the
# note cannot be written the run is already over, and nothing may start any more. Another Miniflare of the same
# process, which no watchdog knows, passes through.
if [ -n "$GHOST_PROCESSES" ]; then
  : > "$GHOST_PROCESSES/$$" || exit 1
fi
exec "$GHOST_WORKERD" "$@"
