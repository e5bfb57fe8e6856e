#!/bin/sh
# Cleans up after a local run, however it ended: even a SIGKILL of the runner closes the pipe that this script
# reads. Then the runtime processes that noted themselves are killed and the private directory is removed.
# $1: the private directory. It must never kill a process that is not one of that run.
trap '' HUP INT TERM
read -r _

name_of() {
  if [ -r "/proc/$1/comm" ]; then cat "/proc/$1/comm"; else ps -o comm= -p "$1"; fi
}

# Once the notes are moved away no further process can note itself, so none is missed.
mv "$1/processes" "$1/ending" 2>/dev/null
for note in "$1"/ending/*; do
  process="${note##*/}"
  # A process that ended long ago may have left its number to a stranger.
  case "$(name_of "$process" 2>/dev/null)" in
    *workerd*) kill -KILL "$process" ;;
  esac
done

# A process that is just being killed may still finish a write.
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
