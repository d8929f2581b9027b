import { randomUUID } from "node:crypto";
import {
	beginWatch,
	type KeptWatch,
	type StartWatch,
	type WatchStore,
} from "../../polling/kept-watch.ts";
import type { Watch, Watches } from "../../polling/poll.ts";
import { conditionally } from "../conditionally.ts";
import type { PatientDynamoDb } from "../dynamodb.ts";
import { dueWatches, listWatches, type Query, type WatchPage } from "./due.ts";
import { epochAfter, fromItem, shardOf, toItem, watchKey } from "./item.ts";
import { openReferences } from "./references.ts";

export interface WatchesOptions {
	table: string;
	/** `provider.poll.watches`; without it nothing can be started */
	rules?: Watches;
	retentionDays?: number;
	now?: () => Date;
	random?: () => number;
	dynamodb: PatientDynamoDb;
}

/** All that a delivery needs of them. */
export interface WatchStarts {
	/** idempotent, but for a later deadline and a newer reference; throws `UnfitWatch` where the request cannot become a watch */
	start(request: StartWatch): Promise<{ known: boolean; watch: KeptWatch }>;
	/** the subject that somebody started a watch for under this reference */
	byReference(reference: string): Promise<string | undefined>;
}

export interface OpenWatches extends Omit<WatchStore, "start">, WatchStarts {
	list(next?: string): Promise<WatchPage>;
	/** forgets the watch and its reference; false where there was none */
	stop(watch: Pick<Watch, "subject" | "kind">): Promise<boolean>;
}

const attempts = 20;

/** Where a provider's watches are started and named, apart from the rest for the webhook's bundle. */
export function openWatchStarts({
	table,
	rules,
	retentionDays = 400,
	now = () => new Date(),
	random = Math.random,
	dynamodb,
}: WatchesOptions): WatchStarts {
	const TableName = table;
	const references = openReferences({ table, retentionDays, now, dynamodb });

	async function start(request: StartWatch) {
		if (!rules) throw new Error("This provider has no watches.");
		const options = { rules, retentionDays, now: now(), random: random() };
		const asked = beginWatch(request, options);
		const started = await addOrProlong(asked);
		// behind the watch: what is cut off between them is completed by the next request
		if (asked.reference !== undefined)
			await references.refer(asked.reference, started.watch);
		return started;
	}

	async function addOrProlong(asked: KeptWatch) {
		for (let attempt = 0; attempt < attempts; attempt++) {
			const stood = await add(asked);
			if (!stood) return { known: false, watch: asked };
			const { reference = stood.reference } = asked;
			const deadline = later(stood.deadline, asked.deadline);
			if (reference === stood.reference && deadline === stood.deadline)
				return { known: true, watch: stood };
			const version = stood.version + 1;
			const watch = { ...stood, reference, deadline, version };
			if (await replace(watch, stood)) return { known: true, watch };
		}
		throw new Error("A watch was replaced by others too many times.");
	}

	async function add(watch: KeptWatch): Promise<KeptWatch | undefined> {
		const attempt = randomUUID();
		const stood = await conditionally(() =>
			dynamodb.putItem({
				TableName,
				Item: { ...toItem(watch), attempt: { S: attempt } },
				ConditionExpression: "attribute_not_exists(pk) OR expires < :now",
				ExpressionAttributeValues: { ":now": { N: epochAfter(now(), 0) } },
				ReturnValuesOnConditionCheckFailure: "ALL_OLD",
			}),
		);
		if (!stood || stood.attempt?.S === attempt) return undefined;
		return fromItem(stood);
	}

	/** False where a claim, or another request, was faster. */
	async function replace(
		watch: KeptWatch,
		{ version }: KeptWatch,
	): Promise<boolean> {
		const stood = await conditionally(() =>
			dynamodb.putItem({
				TableName,
				Item: toItem(watch),
				ConditionExpression: "version = :version",
				ExpressionAttributeValues: { ":version": { N: String(version) } },
			}),
		);
		return stood === undefined;
	}

	return { start, byReference: references.subjectOf };
}

/** A provider's watches in its watches table. */
export function openWatches(options: WatchesOptions): OpenWatches {
	const {
		table,
		retentionDays = 400,
		now = () => new Date(),
		dynamodb,
	} = options;
	const TableName = table;
	const references = openReferences({ table, retentionDays, now, dynamodb });

	/** Moves a watch from the version that was read to the next one. */
	async function move(
		watch: KeptWatch,
		to: { due: Date; asked: number },
	): Promise<boolean> {
		const attempt = randomUUID();
		const stood = await conditionally(() =>
			dynamodb.updateItem({
				TableName,
				Key: watchKey(watch),
				UpdateExpression:
					"SET due = :due, dueshard = :shard, asked = :asked, version = :next, attempt = :attempt",
				ConditionExpression: "version = :version",
				ExpressionAttributeValues: {
					":due": { S: to.due.toISOString() },
					":shard": { S: shardOf(watch) },
					":asked": { N: String(to.asked) },
					":next": { N: String(watch.version + 1) },
					":attempt": { S: attempt },
					":version": { N: String(watch.version) },
				},
				ReturnValuesOnConditionCheckFailure: "ALL_OLD",
			}),
		);
		return !stood || stood.attempt?.S === attempt;
	}

	const query: Query = (input) => dynamodb.query({ TableName, ...input });

	return {
		...openWatchStarts(options),
		due: (at) => dueWatches(query, at),
		list: (next) => listWatches(query, next),
		async claim(watch, due) {
			const { version, asked } = watch;
			const claimed = { ...watch, due, asked: asked + 1 };
			if (!(await move(watch, claimed))) return undefined;
			return { ...claimed, version: version + 1 };
		},
		async release(claimed, before) {
			await move(claimed, before);
		},
		async markSeen(watch) {
			await conditionally(() =>
				dynamodb.updateItem({
					TableName,
					Key: watchKey(watch),
					UpdateExpression: "SET seen = :seen",
					ConditionExpression: "attribute_exists(pk)",
					ExpressionAttributeValues: { ":seen": { BOOL: true } },
				}),
			);
		},
		async end(watch) {
			const stood = await conditionally(() =>
				dynamodb.deleteItem({
					TableName,
					Key: watchKey(watch),
					ConditionExpression: "version = :version AND startedat = :startedat",
					ExpressionAttributeValues: {
						":version": { N: String(watch.version) },
						":startedat": { S: watch.startedAt.toISOString() },
					},
					ReturnValuesOnConditionCheckFailure: "ALL_OLD",
				}),
			);
			// gone is ended: the answer of an earlier attempt may have been lost
			return stood?.pk === undefined;
		},
		async stop({ subject, kind }) {
			const { Attributes } = await dynamodb.deleteItem({
				TableName,
				Key: watchKey({ subject, kind }),
				ReturnValues: "ALL_OLD",
			});
			const reference = Attributes?.reference?.S;
			if (reference !== undefined)
				await references.forget(reference, { subject, kind });
			return Attributes !== undefined;
		},
	};
}

function later(one: Date, other: Date): Date {
	return other > one ? other : one;
}
