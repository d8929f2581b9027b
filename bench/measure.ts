import { join } from "node:path";
import { bodies } from "./deliveries.ts";
import { endAll } from "./ending.ts";
import { type Lab, openLab } from "./lab.ts";
import { type Answers, checkAnswers } from "./parts/answers.ts";
import { type Cold, measureCold } from "./parts/cold.ts";
import { billOf, type Dollars } from "./parts/dollars.ts";
import { type Forwarding, measureForward } from "./parts/forward.ts";
import { type Growth, measureGrowth } from "./parts/growth.ts";
import {
	type LocalCloud,
	measureLocalCloud,
	startLocalCloud,
} from "./parts/local-cloud.ts";
import { measureWarm, type Warm } from "./parts/warm.ts";
import type { Bundle } from "./product.ts";

export const partNames = [
	"counts",
	"cold",
	"warm",
	"forward",
	"local",
] as const;
export type Part = (typeof partNames)[number];

export function isPart(name: string): name is Part {
	return partNames.some((part) => part === name);
}

export interface Measured {
	engine: string;
	bundles: Record<string, Bundle>;
	answers: Answers;
	dollars: Dollars;
	cold?: Cold;
	warm?: Warm;
	forward?: Forwarding;
	local?: LocalCloud;
	growth?: Growth;
	/** parts that could not be measured */
	trouble: string[];
}

export interface MeasureOptions {
	/** none: all */
	parts: readonly Part[];
	full: boolean;
	signal: AbortSignal;
	say(line: string): void;
}

const coldRounds = 15;
const warmRounds = { rounds: 11, deliveries: 40 };
const forwardRounds = 5;
const forwardedEvents = 1000;
const oneSubjectEvents = 100;
const localSeconds = 5;

/** Checks the answers first, always; then measures what was asked for, part by part. */
export async function measure(options: MeasureOptions): Promise<Measured> {
	const { parts, full, signal, say } = options;
	await using lab = await openLab({ say });
	say("checking answers, counting calls");
	const answers = await untilStopped(signal, checkAnswers(lab));
	const measured: Measured = {
		engine: lab.engine,
		bundles: lab.product.bundles,
		answers,
		dollars: billOf(lab.product, answers),
		trouble: [],
	};
	const wanted = (part: Part) => parts.length === 0 || parts.includes(part);

	/** A part that fails is told of, and the others go on. */
	async function run(name: string, part: () => Promise<void>): Promise<void> {
		say(name);
		try {
			await untilStopped(signal, part());
		} catch (error) {
			if (signal.aborted) throw error;
			measured.trouble.push(`${name}: ${(error as Error).message}`);
			say(`${name} failed: ${(error as Error).message}`);
		}
	}

	if (wanted("cold"))
		await run(`cold starts, ${coldRounds} rounds`, async () => {
			const records = await answers.records([bodies.once()]);
			measured.cold = await measureCold(lab, coldRounds, records);
		});
	if (wanted("warm"))
		await run(`warm deliveries, ${warmRounds.rounds} rounds`, async () => {
			measured.warm = await measureWarm(lab, answers, warmRounds);
		});
	if (wanted("forward"))
		await run(`forwarding, ${forwardRounds} rounds`, async () => {
			measured.forward = await forward(lab, answers);
		});
	if (wanted("local"))
		await run(`the local cloud, ${localSeconds} s`, async () => {
			await using started = await startLocalCloud(lab.data);
			measured.local = await measureLocalCloud(started, localSeconds);
		});
	if (full)
		await run("growth", async () => {
			const folder = join(lab.folder, "grown");
			measured.growth = await measureGrowth(lab, answers, folder, say);
		});
	return measured;
}

async function forward(lab: Lab, answers: Answers): Promise<Forwarding> {
	const subjects = Array.from({ length: forwardedEvents }, bodies.once);
	const { entity_id } = JSON.parse(bodies.once());
	const one = Array.from({ length: oneSubjectEvents }, () =>
		JSON.stringify({ ...JSON.parse(bodies.once()), entity_id }),
	);
	return measureForward(lab, forwardRounds, {
		subjects: await answers.records(subjects),
		one: await answers.records(one),
	});
}

async function untilStopped<T>(
	signal: AbortSignal,
	work: Promise<T>,
): Promise<T> {
	const stopped = new Promise<never>((_, reject) => {
		const stop = () => reject(signal.reason);
		if (signal.aborted) stop();
		signal.addEventListener("abort", stop, { once: true });
	});
	try {
		return await Promise.race([work, stopped]);
	} finally {
		if (signal.aborted) await endAll();
	}
}
