import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "aws-lambda";
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	expect,
	test,
	vi,
} from "vitest";
import { ForwardLine } from "../../functions/log/logged.ts";
import { catchLines } from "../support/lines.ts";
import {
	isToQueue,
	type Outside,
	openWayOut,
	streamed,
	type WayOut,
} from "../support/way-out.ts";
import type { Fault } from "../support/wire.ts";

let wayOut: WayOut;
let lines: string[] = [];

beforeAll(async () => {
	wayOut = await openWayOut();
});

beforeEach(() => {
	lines = catchLines();
});

afterEach(() => {
	vi.restoreAllMocks();
	wayOut.choose = () => undefined;
	wayOut.wire.passed.length = 0;
});

afterAll(async () => {
	await wayOut[Symbol.asyncDispose]();
});

/** The function of one provider, loaded anew with an environment of its own, as Lambda does. */
async function load({ provider, url, bucket }: Outside) {
	vi.resetModules();
	Object.assign(process.env, {
		BILLHOOK_STAGE: "test",
		BILLHOOK_PROVIDER: provider,
		BILLHOOK_QUEUE: url,
		BILLHOOK_BUCKET: bucket,
		BILLHOOK_SUBJECT_KEY: "key",
	});
	const { handler } = await import("../../functions/forward.ts");
	return (ids: readonly string[], seconds = 30) => {
		const Records = ids.map((id, sequenceNumber) =>
			streamed({ id, sequenceNumber }),
		);
		const end = performance.now() + seconds * 1000;
		const getRemainingTimeInMillis = () => end - performance.now();
		const context = { awsRequestId: "1", getRemainingTimeInMillis };
		return handler({ Records }, context as unknown as Context);
	};
}

const ids = (count: number) =>
	Array.from({ length: count }, (_, index) => `event-${index}`);

test("says what it forwarded in one line that holds no subject and no body", async () => {
	const outside = wayOut.make();
	const invoke = await load(outside);
	expect(await invoke(ids(2))).toEqual({ batchItemFailures: [] });
	expect(lines).toHaveLength(1);
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({
		Provider: "finbox",
		function: "forward",
		Forwarded: 2,
	});
	expect(ForwardLine.parse(JSON.parse(lines[0] ?? "")).events).toEqual(
		["event-0", "event-1"].map((id) => ({
			id,
			type: "finbox.extraction.completed",
			subject: expect.stringMatching(/^[\w-]{22}$/),
		})),
	);
});

test.each<Fault>([
	{ status: 500, code: "InternalFailure" },
	{ status: 503 },
	{ status: 400, code: "RequestThrottled" },
	"reset",
	"lost",
	{ entries: { "event-3": { code: "InternalError", senderFault: false } } },
])(
	"gets over a passing failure by itself and sends everything once: %j",
	async (fault) => {
		const outside = wayOut.make();
		const invoke = await load(outside);
		const faults = [undefined, fault, fault];
		wayOut.choose = () => faults.shift();
		expect(await invoke(ids(25))).toEqual({ batchItemFailures: [] });
		expect(wayOut.queued(outside).map(({ id }) => id)).toEqual(ids(25));
	},
);

/** The answer, if it comes before the time that Lambda gave is up. */
function within<T>(seconds: number, answer: Promise<T>): Promise<T | string> {
	return Promise.race([answer, delay(seconds * 1000, "too late")]);
}

test("reports the first event it could not send in its time, having tried it again and again, and nothing else", async () => {
	const outside = wayOut.make();
	const invoke = await load(outside);
	const entries = { "event-13": { code: "InternalError", senderFault: false } };
	wayOut.choose = () => ({ entries });
	expect(await within(3, invoke(ids(30), 3))).toEqual({
		batchItemFailures: [{ itemIdentifier: "13" }],
	});
	const sent = ids(30).filter((id) => id !== "event-13");
	expect(
		wayOut
			.queued(outside)
			.map(({ id }) => id)
			.toSorted(),
	).toEqual(sent.toSorted());
	const asked = wayOut.wire.passed.flatMap((request) => request.ids);
	const repeats = asked.filter((id) => id === "event-13").length;
	expect(repeats).toBeGreaterThan(2);
	expect(asked).toHaveLength(29 + repeats);
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({
		Forwarded: 29,
		// whatever the attempt met that the time ran out on
		held: {
			id: expect.any(String),
			reason: expect.stringMatching(/^(InternalError|AbortError)$/),
		},
	});
});

test.each<Fault>(["hang", "stall"])(
	"a queue that does not answer costs no more than the time there is: %j",
	async (fault) => {
		const outside = wayOut.make();
		const invoke = await load(outside);
		wayOut.choose = () => fault;
		expect(await within(2.5, invoke(ids(3), 2.5))).toEqual({
			batchItemFailures: [{ itemIdentifier: "0" }],
		});
	},
);

test("without time for a single attempt everything is reported and nothing sent", async () => {
	const outside = wayOut.make();
	const invoke = await load(outside);
	expect(await invoke(ids(3), 1)).toEqual({
		batchItemFailures: [{ itemIdentifier: "0" }],
	});
	expect(wayOut.queued(outside)).toEqual([]);
});

test("what SQS refuses for good is filed with its reason, is counted, and holds up nothing", async () => {
	const outside = wayOut.make();
	const invoke = await load(outside);
	const code = "InvalidMessageContents";
	wayOut.choose = () => ({
		entries: { "event-4": { code, senderFault: true } },
	});
	expect(await invoke(ids(12))).toEqual({ batchItemFailures: [] });
	expect(wayOut.queued(outside)).toHaveLength(11);
	expect(await wayOut.filed(outside)).toMatchObject({
		"event-4": {
			reason: code,
			record: streamed({ id: "event-4", sequenceNumber: 4 }),
		},
	});
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({
		Forwarded: 11,
		ForwardFailed: 1,
		failures: [{ id: "event-4", reason: code }],
	});
});

test.each<[string, Fault | undefined]>([
	["denied", { status: 403, code: "AccessDeniedException" }],
	["without its key", { status: 400, code: "KmsDisabled" }],
	["gone", undefined],
])(
	"a queue that is %s holds its events, files none and sends nothing behind them",
	async (_, fault) => {
		const outside = wayOut.make();
		const invoke = await load(outside);
		if (!fault) wayOut.lose(outside);
		wayOut.choose = (request) => (isToQueue(request) ? fault : undefined);
		expect(await invoke(ids(12), 3)).toEqual({
			batchItemFailures: [{ itemIdentifier: "0" }],
		});
		expect(await wayOut.filed(outside)).toEqual({});
		const asked = wayOut.wire.passed.flatMap((request) => request.ids);
		expect(new Set(asked)).toEqual(new Set(ids(10)));
	},
);

test("an event that can neither be sent nor filed is reported", async () => {
	const outside = wayOut.make();
	const invoke = await load(outside);
	const code = "InvalidMessageContents";
	const entries = { "event-4": { code, senderFault: true } };
	wayOut.choose = (request) =>
		isToQueue(request) ? { entries } : { status: 503, code: "SlowDown" };
	expect(await invoke(ids(12), 3)).toEqual({
		batchItemFailures: [{ itemIdentifier: "4" }],
	});
	expect(wayOut.queued(outside)).toHaveLength(9);
});

test("one provider's broken queue neither delays nor repeats another's events", async () => {
	const [broken, healthy] = [wayOut.make("marosa"), wayOut.make("photon")];
	const invokeBroken = await load(broken);
	const invokeHealthy = await load(healthy);
	wayOut.choose = ({ body }) =>
		body.includes(broken.queue) ? "hang" : undefined;
	const brokenAnswer = invokeBroken(ids(5), 4);
	const first = Promise.race([brokenAnswer, invokeHealthy(ids(5), 4)]);
	expect(await first).toEqual({ batchItemFailures: [] });
	expect(await brokenAnswer).toEqual({
		batchItemFailures: [{ itemIdentifier: "0" }],
	});
	expect(wayOut.queued(healthy).map(({ id }) => id)).toEqual(ids(5));
	const sentHealthy = wayOut.wire.passed.filter(({ body }) =>
		body.includes(healthy.queue),
	);
	expect(sentHealthy.flatMap((request) => request.ids)).toEqual(ids(5));
	expect(wayOut.queued(broken)).toEqual([]);
});
