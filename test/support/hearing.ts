// Surroundings of the SDK that let a test read what the service says to it.
import { platformEnvironment, type Environment } from "../../src/client/index.ts";

/** `hear` gets every control message, before the SDK does. */
export function environmentThatHears(hear: (text: string) => void): Environment {
  const platform = platformEnvironment();
  return {
    ...platform,
    connect: (url, protocols, events) =>
      platform.connect(url, protocols, {
        ...events,
        message: (data) => {
          if (typeof data === "string") hear(data);
          events.message(data);
        },
      }),
  };
}
