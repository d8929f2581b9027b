import { expect, test } from "vitest";
import type { StoredEvent } from "../../ops/installation/events.ts";
import { type Known, sayFate } from "../../ops/story/fate.ts";
import type { Moment } from "../../ops/story/moment.ts";

const recordedtime = "2026-05-10T12:00:00.000Z";
const event: StoredEvent = {
	id: "e-1",
	recordedtime,
	provider: "tiny",
	type: "tiny.happened",
	subject: "s-1",
	via: "webhook",
	time: recordedtime,
	message: "{}",
	pk: "pk",
	sk: "sk",
	expires: 0,
};

const moment = (what: Moment["what"]): Moment => ({
	at: "2026-05-10T12:00:01.000Z",
	provider: "tiny",
	what,
	says: "",
	id: "e-1",
});
const forwarded = [moment("forwarded")];
const waiting = (oldest?: string) => ({
	ready: 3,
	underWay: 1,
	oldest: oldest === undefined ? undefined : new Date(oldest),
});

const ordinary: Known = {
	event,
	moments: [],
	reach: new Date("2026-05-01"),
	waiting: { ready: 0, underWay: 0 },
	isDead: false,
	stuck: undefined,
};

test.each<[string, Partial<Known>]>([
	["in the dead letters", { moments: forwarded, isDead: true }],
	["and taken: the queue is empty", { moments: forwarded }],
	[
		"and taken: what waits in the queue is younger",
		{ moments: forwarded, waiting: waiting("2026-05-10T12:00:03.001Z") },
	],
	[
		"perhaps waiting still: 3 wait in the queue and 1 are with a consumer, the oldest since 2026-05-10T12:00:03.000Z",
		{ moments: forwarded, waiting: waiting("2026-05-10T12:00:03Z") },
	],
	[
		"perhaps waiting still: 3 wait in the queue and 1 are with a consumer, nobody knows since when",
		{ moments: forwarded, waiting: waiting() },
	],
	[
		"to a queue that is not there any more",
		{ moments: forwarded, waiting: undefined },
	],
	[
		"forwarded at",
		{ moments: [moment("held"), ...forwarded], stuck: "Denied" },
	],
	[
		"it lies in the bucket. billhook replay --failures --provider tiny --since 2026-05-10T12:00:00.000Z",
		{ moments: [moment("failed")] },
	],
	[
		"nothing can send it: its envelope in the inbox cannot be read",
		{ event: { ...event, unreadable: true }, moments: [moment("failed")] },
	],
	["not take what is at the head (Denied)", { stuck: "Denied" }],
	["as far as the log tells. Within a minute", {}],
	[
		"the log reaches back to 2026-05-10T12:00:00.001Z only: whether it was forwarded cannot be told",
		{ reach: new Date("2026-05-10T12:00:00.001Z") },
	],
])("an event's fate is %j", (says, known) => {
	expect(sayFate({ ...ordinary, ...known })).toContain(says);
});
