import type { Registry } from "./command/run.ts";

/** Every command there is, in the order in which the help names them. */
export const commands: Registry = {
	check: async () => (await import("./looking/check.ts")).default,
	console: async () => (await import("./console/console.ts")).default,
	deliveries: async () => (await import("./looking/deliveries.ts")).default,
	events: async () => (await import("./looking/events.ts")).default,
	listen: async () => (await import("./looking/listen.ts")).default,
	show: async () => (await import("./looking/show.ts")).default,
	tail: async () => (await import("./looking/tail.ts")).default,
	urls: async () => (await import("./looking/urls.ts")).default,
	why: async () => (await import("./looking/why.ts")).default,
	replay: async () => (await import("./replay/replay.ts")).default,
	"quarantine list": async () => (await import("./quarantine/list.ts")).default,
	"quarantine show": async () => (await import("./quarantine/show.ts")).default,
	"quarantine retry": async () =>
		(await import("./quarantine/retry.ts")).default,
	start: async () => (await import("./app/start.ts")).default,
	generate: async () => (await import("./app/generate.ts")).default,
	"dead-letters list": async () =>
		(await import("./dead-letters/list.ts")).default,
	"dead-letters redrive": async () =>
		(await import("./dead-letters/redrive.ts")).default,
	connect: async () => (await import("./connect/connect.ts")).default,
	trigger: async () => (await import("./trigger/trigger.ts")).default,
	verify: async () => (await import("./verify/verify.ts")).default,
	"settings show": async () => (await import("./settings/show.ts")).default,
	"settings set": async () => (await import("./settings/set.ts")).default,
	"token rotate": async () => (await import("./settings/rotate.ts")).default,
	"watch list": async () => (await import("./watches/list.ts")).default,
	"watch add": async () => (await import("./watches/add.ts")).default,
	"watch stop": async () => (await import("./watches/stop.ts")).default,
};
