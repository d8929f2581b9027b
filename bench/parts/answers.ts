import { strict as assert } from "node:assert";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Call, Report } from "../cloud/front.ts";
import { bodies, deliveryOf, type Kind, kinds } from "../deliveries.ts";
import {
	type Footprint,
	footprintOf,
	type Item,
	sizeOf,
} from "../figures/item-size.ts";
import { type Lab, peerTable, type Variant } from "../lab.ts";
import { type Invoker, openInvoker } from "../lambda/invoker.ts";
import { assumed } from "../prices.ts";

/** What one delivery costs, counted. */
export interface Cost {
	calls: Record<string, number>;
	/** in the table and its indexes */
	writeUnits: number;
	/** strongly consistent, of at most 4 KB */
	readUnits: number;
	itemBytes: number;
	logBytes: number;
}

export const steps = ["new", "duplicate"] as const;
export type Step = (typeof steps)[number];
export type Costs = Record<Kind, Record<Step, Cost> & { footprint: Footprint }>;

export interface StreamRecord {
	eventID: string;
	eventName: "INSERT";
	dynamodb: { SequenceNumber: string; NewImage: Item };
}

export interface Answers {
	/** by variant, for each kind of delivery, new and again */
	costs: Record<"product" | "plain", Costs>;
	/** of the forward function, for each event of an ordinary run */
	forwardLogBytes: number;
	/** what the inbox's stream would bring of these bodies */
	records(bodies: readonly string[]): Promise<StreamRecord[]>;
}

/** Delivers each kind once and again to everybody and looks at what became of it: only right answers are worth timing. */
export async function checkAnswers(lab: Lab): Promise<Answers> {
	await using product = await openInvoker(lab.deployed.product);
	await using forward = await openInvoker(lab.forward);
	await using plain = await openInvoker(lab.deployed.plain);
	await using guarded = await openInvoker(lab.deployed.guarded);
	await refuses(lab, product);
	await refuses(lab, guarded);
	const costs = {
		product: await costsOf(lab, "product", product, async (body, put) => {
			const { kept } = await handOn(lab, forward, [put]);
			const [sent] = sentOf(kept);
			const event = JSON.parse(sent ?? "null");
			assert.equal(event?.specversion, "1.0");
			assert.deepEqual(event.data, JSON.parse(body));
		}),
		plain: await costsOf(lab, "plain", plain, isSent),
	};
	await costsOf(lab, "guarded", guarded, isSent);
	const run = Array.from({ length: assumed.forwardEvents }, bodies.once);
	const records = await recordsOf(lab, product, run);
	const before = forward.logged();
	await forward.invoke([{ Records: records }]);
	const forwardLogBytes = (forward.logged() - before) / records.length;
	return {
		costs,
		forwardLogBytes,
		async records(delivered) {
			await using webhook = await openInvoker(lab.deployed.product);
			return await recordsOf(lab, webhook, delivered);
		},
	};
}

async function recordsOf(
	lab: Lab,
	webhook: Invoker,
	delivered: readonly string[],
): Promise<StreamRecord[]> {
	await lab.front.order({ keep: true });
	const { answers } = await webhook.invoke(delivered.map(deliveryOf), 8);
	assert.ok(answers.every(isTaken));
	const { kept } = await lab.front.order();
	return putsOf(lab, kept).map(toRecord);
}

function isSent(body: string, _put: Item, { kept }: Report): void {
	assert.deepEqual(JSON.parse(sentOf(kept)[0] ?? "null"), JSON.parse(body));
}

async function costsOf(
	lab: Lab,
	variant: Variant,
	invoker: Invoker,
	check: (body: string, put: Item, report: Report) => void | Promise<void>,
): Promise<Costs> {
	const { front } = lab;
	// whatever a first invocation does besides
	await invoker.invoke([deliveryOf(bodies.once())]);
	const costs: Partial<Costs> = {};
	for (const kind of kinds) {
		const body = bodies[kind]();
		const deliver = async (): Promise<[Report, number]> => {
			await front.order({ keep: true });
			const before = invoker.logged();
			const { answers } = await invoker.invoke([deliveryOf(body)]);
			assert.ok(isTaken(answers[0]), `answered ${JSON.stringify(answers[0])}`);
			const report = await front.order();
			return [report, invoker.logged() - before];
		};
		const [first, logged] = await deliver();
		const held = await itemsOf(lab);
		const [again, loggedAgain] = await deliver();
		assert.equal(await itemsOf(lab), held, "a duplicate added an item");
		assert.equal(sentOf(again.kept).length, 0, "a duplicate was sent");
		const [put] = variant === "product" ? putsOf(lab, first.kept) : [];
		const item = put ?? itemIn(first.kept);
		await check(body, item, first);
		const indexes = variant === "product" ? lab.indexes : [];
		const footprint = footprintOf(item, indexes);
		const { table } = footprint;
		costs[kind] = {
			new: costOf(first, item, logged, table + footprint.indexes),
			duplicate: costOf(again, item, loggedAgain, table),
			footprint,
		};
	}
	return costs as Costs;
}

/** A failed condition is billed as the write of what stands there. */
function costOf(
	{ counts, kept }: Report,
	item: Item,
	logBytes: number,
	unitsOfOneWrite: number,
): Cost {
	const operations = kept.map(({ operation }) => operation);
	const writes = operations.filter((one) =>
		/^(Put|Update|Delete)Item/.test(one),
	);
	return {
		calls: counts,
		writeUnits: writes.length === 0 ? 0 : unitsOfOneWrite + writes.length - 1,
		readUnits: operations.filter((one) => /^(Query|GetItem)/.test(one)).length,
		itemBytes: sizeOf(item),
		logBytes,
	};
}

/** Whether a delivery was answered as its provider expects it. */
export function isTaken(answer: unknown): boolean {
	const { statusCode, body } = answer as { statusCode?: number; body?: string };
	return statusCode === 200 && body === '{"status":"success"}';
}

async function refuses({ front }: Lab, invoker: Invoker): Promise<void> {
	const event = deliveryOf(bodies.once());
	await invoker.invoke([event]);
	await front.order();
	const pathParameters = { token: "stranger".repeat(6) };
	const { answers } = await invoker.invoke([{ ...event, pathParameters }]);
	const { statusCode } = answers[0] as { statusCode: number };
	assert.ok(statusCode >= 400 && statusCode < 500, "a stranger got in");
	assert.deepEqual((await front.order()).counts.PutItem, undefined);
}

async function handOn(
	{ front }: Lab,
	forward: Invoker,
	items: readonly Item[],
): Promise<Report> {
	await front.order({ keep: true });
	const { answers } = await forward.invoke([{ Records: items.map(toRecord) }]);
	assert.deepEqual(answers, [{ batchItemFailures: [] }]);
	return front.order();
}

/** A record of the inbox's stream as Lambda brings it. */
function toRecord(item: Item, index: number): StreamRecord {
	return {
		eventID: String(index),
		eventName: "INSERT",
		dynamodb: { SequenceNumber: String(index), NewImage: item },
	};
}

function putsOf({ product }: Lab, kept: readonly Call[]): Item[] {
	return kept
		.filter(
			({ operation, status }) => operation === "PutItem" && status === 200,
		)
		.map(({ body }) => JSON.parse(body))
		.filter(({ TableName }) => TableName === product.inbox)
		.map(({ Item }) => Item);
}

function itemIn(kept: readonly Call[]): Item {
	const put = kept.find(({ operation }) => operation === "PutItem");
	return JSON.parse(put?.body ?? "{}").Item ?? {};
}

export function sentOf(kept: readonly Call[]): string[] {
	return kept
		.filter(({ operation }) => operation.startsWith("SendMessage"))
		.map(({ body }) => JSON.parse(body))
		.flatMap(({ MessageBody, Entries }) =>
			Entries
				? Entries.map((entry: { MessageBody: string }) => entry.MessageBody)
				: [MessageBody],
		);
}

async function itemsOf({ dynamodb, product }: Lab): Promise<number> {
	const counted = await Promise.all(
		[product.inbox, peerTable].map((TableName) =>
			dynamodb.send(new ScanCommand({ TableName, Select: "COUNT" })),
		),
	);
	return counted.reduce((sum, { Count = 0 }) => sum + Count, 0);
}
