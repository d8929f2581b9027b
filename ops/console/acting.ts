import * as z from "zod";
import type { Installation } from "../installation/installation.ts";
import { Trouble } from "../trouble.ts";
import type { DeadLetter, Done, WatchRow } from "./answers.ts";
import { runTyped } from "./commands.ts";

// SQS counts a look as a receive: a page is not the place to look through all
const lookedAt = "50";

export async function listLetters(
	installation: Installation,
	provider: string,
	signal: AbortSignal,
): Promise<DeadLetter[]> {
	const lines = await runTyped(
		installation,
		"dead-letters list",
		["--provider", provider, "--limit", lookedAt, "--json"],
		signal,
	);
	return lines.map((line): DeadLetter => JSON.parse(line));
}

const OfProvider = z.strictObject({ provider: z.string() });
const Redriven = z.object({
	redriven: z.number(),
	failed: z.array(z.object({ id: z.string(), reason: z.string() })),
	held: z.number(),
});

/** Sends a provider's dead letters once more, in each group's order. */
export async function redrive(
	installation: Installation,
	body: unknown,
	signal: AbortSignal,
): Promise<Done> {
	const { provider } = OfProvider.parse(body);
	const [line] = await runTyped(
		installation,
		"dead-letters redrive",
		["--provider", provider, "--yes", "--json"],
		signal,
	);
	if (line === undefined) return { says: "There was nothing to send." };
	const { redriven, failed, held } = Redriven.parse(JSON.parse(line));
	return {
		says: `${redriven} sent again${held > 0 ? `, ${held} held behind those that failed` : ""}.`,
		failed: failed.slice(0, 3).map(({ id, reason }) => `${id}: ${reason}`),
	};
}

export async function listWatches(
	installation: Installation,
	provider: string | undefined,
	signal: AbortSignal,
): Promise<WatchRow[]> {
	const named = provider === undefined ? [] : [provider];
	const lines = await runTyped(
		installation,
		"watch list",
		["--json", ...named],
		signal,
	);
	return lines.map((line): WatchRow => JSON.parse(line));
}

const OfWatch = z.strictObject({
	provider: z.string(),
	subject: z.string(),
	kind: z.string().optional(),
});

export async function stopWatch(
	installation: Installation,
	body: unknown,
	signal: AbortSignal,
): Promise<Done> {
	const { provider, subject, kind } = OfWatch.parse(body);
	const ofKind = kind === undefined ? [] : ["--kind", kind];
	const [says = "It is not watched any more."] = await runTyped(
		installation,
		"watch stop",
		[...ofKind, "--yes", "--", provider, subject],
		signal,
	);
	return { says };
}

/** What may be sent to the local cloud, as `trigger` lists it. */
export function listExamples(
	installation: Installation,
	provider: string,
	signal: AbortSignal,
): Promise<string[]> {
	return runTyped(installation, "trigger", [provider], signal).then(
		(lines) => lines.map((line) => line.trim()),
		(error: unknown) => {
			// one that has none
			if (error instanceof Trouble) return [];
			throw error;
		},
	);
}

const OfExample = z.strictObject({ provider: z.string(), example: z.string() });
const Sent = z.object({ status: z.number(), outcome: z.string().optional() });

export async function sendExample(
	installation: Installation,
	body: unknown,
	signal: AbortSignal,
): Promise<Done> {
	const { provider, example } = OfExample.parse(body);
	const [number = ""] = example.split(" ");
	const typed = [provider, number, "--json"];
	const [line = "{}"] = await runTyped(installation, "trigger", typed, signal);
	const { status, outcome = "no outcome" } = Sent.parse(JSON.parse(line));
	return { says: `${status}, ${outcome}` };
}
