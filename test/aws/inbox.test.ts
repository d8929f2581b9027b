import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { once, state } from "../../functions/inbox/identity.ts";
import { onceKey } from "../../functions/inbox/item.ts";
import { quarantine } from "../../functions/inbox/quarantine.ts";
import { DeadlineNear } from "../../functions/inbox/record.ts";
import { type Client, clients } from "../support/clients.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { holds } from "../support/property.ts";
import { openStore } from "../support/store.ts";
import { type Fault, openWire, type Passing } from "../support/wire.ts";

const unreadable = {
	provider: "toy",
	delivery: {
		method: "POST",
		token: "",
		path: {},
		headers: {},
		bytes: Buffer.from("{"),
		receivedAt: new Date(),
	},
	reason: "not-json" as const,
	issues: [],
};

function writes({ body }: Passing): boolean {
	return body.includes("ReturnValuesOnConditionCheckFailure");
}

/** Each request in its turn meets the fault that stands for it; the others pass. */
function inTurn(...faults: (Fault | undefined)[]) {
	return () => faults.shift();
}

type Choose = (request: Passing) => Fault | undefined;

/** An inbox on a wire where the chosen requests fail. */
async function openOnWire(
	{ cloud, client }: { cloud: Cloud; client: Client },
	choose: Choose,
) {
	const wire = await openWire(cloud.endpoints.dynamodb, choose);
	const dynamodb = client.openDynamoDb(wire.endpoint);
	const inbox = await openStore(cloud, { dynamodb });
	return {
		...inbox,
		passed: wire.passed,
		[Symbol.asyncDispose]: () => wire[Symbol.asyncDispose](),
	};
}

/** Each engine, by the client that the webhook function has; and the first by the other. */
const places = clients.flatMap((client, index) =>
	(index === 0 ? engines.slice(0, 1) : engines).map((engine) => ({
		engine,
		by: client.by,
		client,
	})),
);

describe.each(places)("on $engine, by $by", ({ engine, client }) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());
	const openFaulty = (choose: Choose) => openOnWire({ cloud, client }, choose);

	test.each([
		["a fact", once("1")],
		["a state", state({ value: "A" })],
	])(
		"%s whose success was not heard is our own, not somebody else's",
		async (_, identity) => {
			let lost = 0;
			await using inbox = await openFaulty((request) =>
				writes(request) && lost++ < 2 ? "lost" : undefined,
			);
			expect((await inbox.push(identity)).outcome).toBe("new");
			expect((await inbox.push(identity)).outcome).toBe("repeat");
			expect(await inbox.events()).toHaveLength(1);
		},
	);

	test("an entry whose success was not heard is first once, and counted once", async () => {
		const lost = inTurn("lost", undefined, undefined, "lost");
		await using inbox = await openFaulty(lost);
		const answers = [];
		for (let n = 0; n < 3; n++)
			answers.push(await quarantine(unreadable, inbox.store));
		expect(answers).toMatchObject([
			{ first: true },
			{ first: false },
			{ first: false },
		]);
		const [newest] = (await cloud.stream(inbox.table)).slice(-1);
		expect(newest?.dynamodb?.NewImage?.count).toEqual({ N: "3" });
	});

	test("events survive any faults of the wire: each is told new once and stands once", async () => {
		let chances: Iterator<Fault | undefined> | undefined;
		await using inbox = await openFaulty(() => chances?.next().value);
		let runs = 0;
		const identity = fc.oneof(
			fc.nat(2).map((key) => once(`${key}`)),
			fc.nat(5).map((key) => state({ value: `${key % 2}`, key: `${key}` })),
		);
		const mostlyNone = fc.constantFrom<Fault | undefined>(
			...[undefined, undefined, undefined, undefined, undefined, undefined],
			...(["lost", "lost", "reset"] as const),
			{ status: 500, code: "InternalServerError" },
			{ status: 400, code: "ProvisionedThroughputExceededException" },
		);
		const property = fc.asyncProperty(
			fc.array(fc.array(identity, { maxLength: 6 }), { maxLength: 4 }),
			fc.infiniteStream(mostlyNone),
			async (scenes, stream) => {
				chances = stream;
				const subject = `s${runs++}`;
				const distinct = new Set(
					scenes.flat().map((each) => JSON.stringify(each)),
				);
				const outcomes = [];
				for (const scene of scenes) {
					const told = scene.map((each) => inbox.push(each, { subject }));
					outcomes.push(...(await Promise.all(told)));
				}
				const news = outcomes.filter(({ outcome }) => outcome === "new");
				expect(news).toHaveLength(distinct.size);
				const found = await inbox.events();
				const mine = found.filter((event) => event.subject === subject);
				expect(mine).toHaveLength(distinct.size);
			},
		);
		await holds(property, { numRuns: 10 });
	});
});

describe.each(clients)("an inbox, by $by", (client) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud();
	});
	afterAll(() => cloud[Symbol.asyncDispose]());
	const openFaulty = (choose: Choose) => openOnWire({ cloud, client }, choose);

	test.each<[string, Fault]>([
		["a fault of the service", { status: 500, code: "InternalServerError" }],
		["a service that is away", { status: 503 }],
		["a throttle", { status: 400, code: "ThrottlingException" }],
		[
			"a hot partition",
			{ status: 400, code: "ProvisionedThroughputExceededException" },
		],
		["a limit", { status: 429 }],
		["a connection that breaks", "reset"],
		["no answer for two seconds", "hang"],
		["half an answer", "stall"],
		["half an answer and no more", "cut"],
		["another server's answer", { status: 200, text: "<html>" }],
		["a way to another server", { status: 302, text: "<html>" }],
		[
			"a signature that is too old",
			{
				status: 400,
				code: "InvalidSignatureException",
				message:
					"Signature expired: 20261121T120000Z is now earlier than 20261121T121500Z (20261121T122000Z - 5 min.)",
			},
		],
		[
			"a transaction that is not ours",
			{ status: 400, code: "TransactionConflictException" },
		],
	])("gets past %s", async (_, fault) => {
		await using inbox = await openFaulty(inTurn(fault, undefined, fault));
		expect((await inbox.push(state({ value: "A" }))).outcome).toBe("new");
		expect(await inbox.events()).toHaveLength(1);
	});

	test.each([
		["ValidationException", 400],
		["AccessDeniedException", 400],
		["ResourceNotFoundException", 400],
		["InvalidSignatureException", 400],
	])("hands on a %s at once", async (code, status) => {
		await using inbox = await openFaulty(() => ({ status, code }));
		await expect(inbox.push(once("1"))).rejects.toMatchObject({ name: code });
		expect(inbox.passed).toHaveLength(1);
	});

	test("gives up at the deadline: with what went wrong, or with silence", async () => {
		const wrong = { status: 500, code: "InternalServerError" };
		await using failing = await openFaulty(() => wrong);
		const faults: Fault[] = [wrong];
		await using failed = await openFaulty(() => faults.pop() ?? "hang");
		await using silent = await openFaulty(() => "hang");
		for (const inbox of [failing, failed]) inbox.clock.leftMs = 1500;
		silent.clock.leftMs = 400;
		const begun = performance.now();
		for (const inbox of [failing, failed])
			await expect(inbox.push(once("1"))).rejects.toMatchObject({
				name: wrong.code,
			});
		await expect(silent.push(once("1"))).rejects.toThrow(DeadlineNear);
		const took = performance.now() - begun;
		expect(took).toBeGreaterThan(2 * 1000 + 350);
		expect(failing.passed.length).toBeGreaterThan(1);
	});

	test("goes on trying a lane until the deadline, while others are faster", async () => {
		const dynamodb = client.openDynamoDb();
		const inbox = await openStore(cloud, { dynamodb });
		const rival = await openStore(cloud, { dynamodb, table: inbox.table });
		const { add } = inbox.store.inbox;
		let overtaken = 0;
		inbox.store.inbox.add = async (item, leftMs) => {
			const key = `rival ${overtaken++}`;
			await rival.push(state({ value: key, key }));
			inbox.clock.now += 60_000;
			return add(item, leftMs);
		};
		const deadline = new Date(inbox.clock.now + 600_000);
		Object.defineProperty(inbox.store, "deadline", { value: deadline });
		await expect(inbox.push(state({ value: "A", key: "a" }))).rejects.toThrow(
			DeadlineNear,
		);
		expect(overtaken).toBe(10);
	});

	test("takes one call for a fact and two for a state, however long its history", async () => {
		await using inbox = await openFaulty(() => undefined);
		for (let n = 0; n < 30; n++) await inbox.push(state({ value: `${n}` }));
		const before = inbox.passed.length;
		await inbox.push(state({ value: "new" }));
		expect(inbox.passed.length - before).toBe(2);
		await inbox.push(once("1"));
		expect(inbox.passed.length - before).toBe(3);
	});

	test("reads no lane and no fact as they were a moment ago", async () => {
		await using inbox = await openFaulty(() => undefined);
		await inbox.push(state({ value: "A" }));
		await inbox.store.inbox.has("s", "id");
		const reads = inbox.passed
			.map(({ headers, body }) => ({
				target: String(headers["x-amz-target"]),
				consistent: JSON.parse(body).ConsistentRead,
			}))
			.filter(({ target }) => /Query|GetItem/.test(target));
		// no local engine answers with what is stale
		expect(reads.map(({ consistent }) => consistent)).toEqual([true, true]);
	});

	test("never shortens a life, nor gives it back", async () => {
		const { store, push, events, table } = await openStore(cloud, {
			dynamodb: client.openDynamoDb(),
		});
		const { id = "" } = await push(once("1"));
		const key = onceKey("s", id);
		await store.inbox.renew(key, 1, 1000);
		await store.inbox.renew({ ...key, sk: "once#gone" }, 9e9, 1000);
		expect(await cloud.stream(table)).toHaveLength(1);
		expect(await events()).toHaveLength(1);
		expect(await store.inbox.has("s", "gone")).toBe(false);
	});
});
