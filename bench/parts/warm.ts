import { bodies, deliveryOf } from "../deliveries.ts";
import {
	type Figure,
	figure,
	median,
	quantile,
	share,
	shuffled,
} from "../figures/figure.ts";
import { type Lab, type Variant, variants } from "../lab.ts";
import { type Invoker, openInvoker } from "../lambda/invoker.ts";
import { type Answers, isTaken, type Step, steps } from "./answers.ts";

const kinds = ["once", "state"] as const;
type WarmKind = (typeof kinds)[number];

export interface WarmFigures {
	p50Ms: Figure;
	p99Ms: Figure;
	cpuMs: Figure;
	/** as shares of the peer's in the same round */
	p50Share: Figure;
	cpuShare: Figure;
	/** of the one that has the same gate as ours */
	p50ShareOfGuarded: Figure;
	cpuShareOfGuarded: Figure;
}

export interface Warm {
	of: Record<Variant, Record<WarmKind, Record<Step, WarmFigures>>>;
	/** samples whose answers or calls were not the right ones */
	dropped: number;
}

interface Unit {
	variant: Variant;
	kind: WarmKind;
	step: Step;
}

interface Sample {
	p50: number;
	p99: number;
	cpu: number;
}

const units: readonly Unit[] = variants.flatMap((variant) =>
	kinds.flatMap((kind) => steps.map((step) => ({ variant, kind, step }))),
);

const warmUps = 300;

/** Delivers to warm functions one after another, everything in a shuffled order in every round. */
export async function measureWarm(
	lab: Lab,
	answers: Answers,
	{ rounds, deliveries }: { rounds: number; deliveries: number },
): Promise<Warm> {
	await using stack = new AsyncDisposableStack();
	const take = await openSampler(stack, lab, answers, deliveries);
	for (let done = 0; done < warmUps; done += deliveries)
		for (const unit of units) await take(unit);
	const samples: Map<string, Sample | undefined>[] = [];
	for (let round = 0; round < rounds; round++) {
		const taken = new Map<string, Sample | undefined>();
		for (const unit of shuffled(units))
			taken.set(keyOf(unit), await take(unit));
		samples.push(taken);
	}
	const of = (unit: Unit) => samples.map((round) => round.get(keyOf(unit)));
	const figuresOf = (unit: Unit): WarmFigures => {
		const own = of(unit);
		const plain = of({ ...unit, variant: "plain" });
		const guarded = of({ ...unit, variant: "guarded" });
		const all = own.filter((sample) => sample !== undefined);
		return {
			p50Ms: figure(all.map(({ p50 }) => p50)),
			p99Ms: figure(all.map(({ p99 }) => p99)),
			cpuMs: figure(all.map(({ cpu }) => cpu)),
			p50Share: paired(own, plain, ({ p50 }) => p50),
			cpuShare: paired(own, plain, ({ cpu }) => cpu),
			p50ShareOfGuarded: paired(own, guarded, ({ p50 }) => p50),
			cpuShareOfGuarded: paired(own, guarded, ({ cpu }) => cpu),
		};
	};
	return {
		of: byName(variants, (variant) =>
			byName(kinds, (kind) =>
				byName(steps, (step) => figuresOf({ variant, kind, step })),
			),
		),
		dropped: samples
			.flatMap((round) => [...round.values()])
			.filter((sample) => sample === undefined).length,
	};
}

/** Takes a sample of a unit; none where not everything was answered and called as it was when answers were checked. */
async function openSampler(
	stack: AsyncDisposableStack,
	{ deployed, front }: Lab,
	{ costs }: Answers,
	deliveries: number,
): Promise<(unit: Unit) => Promise<Sample | undefined>> {
	const invokers = {} as Record<Variant, Invoker>;
	for (const variant of variants)
		invokers[variant] = stack.use(await openInvoker(deployed[variant]));
	const delivered = new Map<string, string[]>();
	return async ({ variant, kind, step }) => {
		const before = delivered.get(`${variant} ${kind}`);
		const sent =
			step === "duplicate" && before
				? before
				: Array.from({ length: deliveries }, bodies[kind]);
		delivered.set(`${variant} ${kind}`, sent);
		await front.order();
		const { ms, cpuMs, answers } = await invokers[variant].invoke(
			sent.map(deliveryOf),
		);
		// a secret is read again every few minutes
		const { GetSecretValue: _, ...counts } = (await front.order()).counts;
		const { calls } =
			costs[variant === "product" ? "product" : "plain"][kind][step];
		const names = new Set([...Object.keys(calls), ...Object.keys(counts)]);
		const asChecked = [...names].every(
			(name) => counts[name] === (calls[name] ?? 0) * sent.length,
		);
		if (!asChecked || !answers.every(isTaken)) return undefined;
		return {
			p50: median(ms),
			p99: quantile(ms, 0.99),
			cpu: cpuMs / ms.length,
		};
	};
}

function keyOf({ variant, kind, step }: Unit): string {
	return `${variant} ${kind} ${step}`;
}

/** Of the rounds in which there are both. */
function paired(
	ours: readonly (Sample | undefined)[],
	theirs: readonly (Sample | undefined)[],
	read: (sample: Sample) => number,
): Figure {
	const both = ours.flatMap((own, round) => {
		const other = theirs[round];
		return own && other ? [[read(own), read(other)] as const] : [];
	});
	return share(
		both.map(([own]) => own),
		both.map(([, other]) => other),
	);
}

function byName<Name extends string, T>(
	names: readonly Name[],
	make: (name: Name) => T,
): Record<Name, T> {
	return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<
		Name,
		T
	>;
}
