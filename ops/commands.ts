import type { Registry } from "./command/run.ts";

/** Every command there is, in the order in which the help names them. */
export const commands: Registry = {
	console: async () => (await import("./console/console.ts")).default,
	events: async () => (await import("./looking/events.ts")).default,
	show: async () => (await import("./looking/show.ts")).default,
	urls: async () => (await import("./looking/urls.ts")).default,
};
