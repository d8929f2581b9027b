import { type Figure, rounded } from "../figures/figure.ts";
import type { Measured } from "../measure.ts";
import { total } from "../parts/dollars.ts";
import { sqsMs } from "../parts/forward.ts";
import { assumed, prices } from "../prices.ts";
import { about, notMeasured } from "./about.ts";
import { table } from "./table.ts";

/** What a person reads, in Markdown. */
export function toTables(measured: Measured): string {
	const parts = [
		aboutTable(measured),
		coldTable(measured),
		warmTable(measured),
		callsTable(measured),
		throughputTable(measured),
		dollarsTable(measured),
		monthTable(measured),
		growthTable(measured),
		...measured.trouble.map((trouble) => `**Not measured** ${trouble}`),
		notMeasured,
	];
	return parts.filter((part) => part !== "").join("\n\n");
}

function aboutTable(measured: Measured): string {
	const { date, commit, machine, load, node, engine, processorTime } =
		about(measured);
	return `${date}, commit ${commit}, ${machine}, load ${load}, Node ${node}, store ${engine}; processor time from ${processorTime}.`;
}

function coldTable({ cold }: Measured): string {
	if (!cold) return "";
	return table(
		"Cold start: init and first invocation, and what is above an empty function as a share of the peer's",
		["", "KB", "init ms", "first ms", "CPU ms", "CPU share", "wall share"],
		Object.entries(cold).map(([name, figures]) => [
			name,
			rounded(figures.bytes / 1000),
			said(figures.initMs),
			said(figures.firstMs),
			said(figures.cpuMs),
			name === "empty" ? "" : spread(figures.cpuShare),
			name === "empty" ? "" : spread(figures.wallShare),
		]),
	);
}

function warmTable({ warm }: Measured): string {
	if (!warm) return "";
	const rows = Object.entries(warm.of).flatMap(([variant, kinds]) =>
		Object.entries(kinds).flatMap(([kind, steps]) =>
			Object.entries(steps).map(([step, figures]) => [
				`${variant}, ${step} ${kind}`,
				said(figures.p50Ms),
				said(figures.p99Ms),
				said(figures.cpuMs),
				spread(figures.p50Share),
				spread(figures.cpuShare),
				spread(figures.cpuShareOfGuarded),
			]),
		),
	);
	return `${table(
		"Warm: one delivery after another, and shares of the peer's in the same round",
		[
			"",
			"p50 ms",
			"p99 ms",
			"CPU ms",
			"p50 share",
			"CPU share",
			"of the guarded one",
		],
		rows,
	)}\n\nRounds dropped: ${warm.dropped}.`;
}

function callsTable({ answers, bundles }: Measured): string {
	const rows = Object.entries(answers.costs).flatMap(([variant, kinds]) =>
		Object.entries(kinds).flatMap(([kind, costs]) =>
			(["new", "duplicate"] as const).map((step) => {
				const { calls, writeUnits, readUnits, itemBytes, logBytes } =
					costs[step];
				const named = Object.entries(calls)
					.map(([name, count]) => `${name} ${count}`)
					.join(", ");
				return [
					`${variant}, ${step} ${kind}`,
					named,
					writeUnits,
					readUnits,
					itemBytes,
					logBytes,
				];
			}),
		),
	);
	const sizes = Object.entries(bundles).map(([name, { bytes, modules }]) => [
		name,
		bytes,
		modules,
	]);
	return [
		table(
			"What one delivery calls and writes",
			["", "calls", "write units", "read units", "item bytes", "log bytes"],
			rows,
		),
		table("Bundles", ["", "bytes", "modules"], sizes),
	].join("\n\n");
}

function throughputTable({ forward, local }: Measured): string {
	const rows: [string, string | number][] = [];
	if (forward) {
		rows.push(
			[
				`forward, one shard, SQS answering in ${sqsMs} ms: events a second`,
				spread(forward.perSecond),
			],
			["the same, all of one subject", spread(forward.oneSubjectPerSecond)],
			["requests to the queue per 1,000 events", forward.requestsPerThousand],
			["CPU ms per event forwarded", said(forward.cpuMs)],
		);
	}
	if (local) {
		rows.push(
			[
				"local cloud: deliveries a second, eight at once",
				rounded(local.perSecond),
			],
			["p50 ms", rounded(local.p50Ms)],
			["the queue has all after, ms", rounded(local.settledMs)],
			["ready after, ms", rounded(local.startedMs)],
		);
	}
	return rows.length > 0 ? table("Through", ["", ""], rows) : "";
}

function dollarsTable({ dollars }: Measured): string {
	const names = Object.keys(dollars.perMillion);
	const lines = new Set(Object.values(dollars.perMillion).flatMap(Object.keys));
	const rows = [...lines].map((line) => [
		line,
		...names.map((name) => dollars.perMillion[name]?.[line] ?? 0),
	]);
	const sums = names.map((name) => total(dollars.perMillion[name] ?? {}));
	return table(
		`Dollars per million events of 4 KB, list prices of ${prices.asOf}, us-east-1; ${assumed.forwardEvents} events in a run of forward`,
		["", ...names],
		[...rows, ["sum", ...sums]],
	);
}

function monthTable({ dollars }: Measured): string {
	const names = Object.keys(dollars.month);
	const lines = new Set(Object.values(dollars.month).flatMap(Object.keys));
	const rows = [...lines].map((line) => [
		line,
		...names.map((name) => dollars.month[name]?.[line] ?? 0),
	]);
	const sums = names.map((name) => total(dollars.month[name] ?? {}));
	return table(
		"Dollars a month for an installation of all providers, by its events, each of them kept for one month",
		["", ...names],
		[...rows, ["sum", ...sums]],
	);
}

function growthTable({ growth }: Measured): string {
	if (!growth) return "";
	return `Growth\n\n\`\`\`json\n${JSON.stringify(growth, null, 1)}\n\`\`\``;
}

function said({ median }: Figure): number {
	return rounded(median);
}

function spread({ median, low, high }: Figure): string {
	return `${rounded(median)} (${rounded(low)}-${rounded(high)})`;
}
