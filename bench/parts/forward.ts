import { strict as assert } from "node:assert";
import { type Figure, figure } from "../figures/figure.ts";
import type { Lab } from "../lab.ts";
import { openInvoker } from "../lambda/invoker.ts";
import { sentOf } from "./answers.ts";

export const sqsMs = 8;

export interface Forwarding {
	perSecond: Figure;
	/** where all events have one subject */
	oneSubjectPerSecond: Figure;
	requestsPerThousand: number;
	cpuMs: Figure;
}

/** Hands one shard's records to the forward function, batch after batch, as its mapping does. */
export async function measureForward(
	lab: Lab,
	rounds: number,
	{ subjects, one }: { subjects: readonly unknown[]; one: readonly unknown[] },
): Promise<Forwarding> {
	await using forward = await openInvoker(lab.forward);
	const { front } = lab;

	async function drain(records: readonly unknown[]) {
		await front.order({ keep: true, sqsMs });
		const { ms, answers, cpuMs } = await forward.invoke(batches(lab, records));
		for (const answer of answers)
			assert.deepEqual(answer, { batchItemFailures: [] });
		const { counts, kept } = await front.order();
		const ids = sentOf(kept).map((message) => JSON.parse(message).id);
		assert.equal(new Set(ids).size, records.length, "not every event was sent");
		assert.equal(ids.length, records.length, "an event was sent twice");
		return {
			perSecond: (1000 * records.length) / ms.reduce((all, one) => all + one),
			cpuMs: cpuMs / records.length,
			requests: counts.SendMessageBatch ?? 0,
		};
	}

	await drain(subjects);
	const runs = [];
	const alone = [];
	for (let round = 0; round < rounds; round++) {
		runs.push(await drain(subjects));
		alone.push(await drain(one));
	}
	const requests = runs[0]?.requests ?? 0;
	return {
		perSecond: figure(runs.map(({ perSecond }) => perSecond)),
		oneSubjectPerSecond: figure(alone.map(({ perSecond }) => perSecond)),
		requestsPerThousand: (1000 * requests) / subjects.length,
		cpuMs: figure(runs.map(({ cpuMs }) => cpuMs)),
	};
}

function batches({ product }: Lab, records: readonly unknown[]): unknown[] {
	const { batchSize } = product;
	return Array.from(
		{ length: Math.ceil(records.length / batchSize) },
		(_, index) => ({
			Records: records.slice(index * batchSize, (index + 1) * batchSize),
		}),
	);
}
