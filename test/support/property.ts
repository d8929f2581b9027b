import { randomInt } from "node:crypto";
import { appendFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect } from "vitest";

// the gate asks the same questions each time; `npm run search` asks others
const gateSeed = 20261121;

export interface Trial<Case> {
	numRuns?: number;
	/** cases that a search has found, tried before any other */
	examples?: Case[];
}

/** What a search asks of this process, in its environment. */
export interface Search {
	/** how long each property is tried again, under a fresh seed each time */
	shareMs: number;
	/** the file that takes a line for each time */
	report: string;
}

/** A line of the report: a property that was tried under one seed. */
export interface Tried {
	file: string;
	test: string;
	seed: number;
	/** how many cases it was tried with */
	runs: number;
	found?: Found;
}

export interface Found {
	/** the way from the seed to the smallest case */
	path: string;
	/** the smallest case, as source */
	smallest: string;
	message: string;
}

/** Tries a property, and throws the smallest case that it does not hold for. */
export function holds<Case>(
	property: fc.IAsyncProperty<Case>,
	trial?: Trial<Case>,
): Promise<void>;
export function holds<Case>(
	property: fc.IProperty<Case>,
	trial?: Trial<Case>,
): void;
export function holds<Case>(
	property: fc.IRawProperty<Case>,
	trial?: Trial<Case>,
): Promise<void> | void {
	const { BILLHOOK_SEARCH, BILLHOOK_SEED, BILLHOOK_PATH } = process.env;
	if (BILLHOOK_SEARCH)
		return searchFor(JSON.parse(BILLHOOK_SEARCH), (seed) =>
			fc.check(property, { ...trial, seed, includeErrorInReport: true }),
		);
	const seed = Number(BILLHOOK_SEED ?? gateSeed);
	return fc.assert(property, { ...trial, seed, path: BILLHOOK_PATH });
}

function searchFor<Case>(
	search: Search,
	tryOut: (seed: number) => fc.RunDetails<Case> | Promise<fc.RunDetails<Case>>,
): Promise<void> | void {
	const end = performance.now() + search.shareMs;
	do {
		const tried = tryOut(randomInt(2 ** 31));
		if (tried instanceof Promise)
			return tried.then(async (details) => {
				report(search, details);
				while (performance.now() < end)
					report(search, await tryOut(randomInt(2 ** 31)));
			});
		report(search, tried);
	} while (performance.now() < end);
}

function report<Case>(search: Search, details: fc.RunDetails<Case>): void {
	const { testPath: file = "", currentTestName: test = "" } = expect.getState();
	const { seed, numRuns: runs, counterexample, counterexamplePath } = details;
	const tried: Tried = { file, test, seed, runs };
	const message = fc.defaultReportMessage(details);
	if (details.failed && message)
		tried.found = {
			path: counterexamplePath ?? "",
			smallest: counterexample ? fc.stringify(counterexample) : "none",
			message,
		};
	appendFileSync(search.report, `${JSON.stringify(tried)}\n`);
	if (tried.found) throw new Error(message);
}
