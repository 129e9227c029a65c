#!/bin/sh
# The command of the installed client, on the Node that comes with it.
exec /opt/OpenGSA/resources/opengsa/node/node /opt/OpenGSA/resources/opengsa/agent/main.ts "$@"
