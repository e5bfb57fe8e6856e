#!/bin/sh
# Stands in for workerd: notes its own process id for src/local/watchdog.sh, then becomes workerd. Where the
# note cannot be written the run is already over, and nothing may start any more.
: > "$GHOST_PROCESSES/$$" || exit 1
exec "$GHOST_WORKERD" "$@"
