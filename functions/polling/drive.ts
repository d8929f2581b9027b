import type { Page, Settled } from "./poll.ts";

/** Runs a poll's generator to its end, each page kept before the next one is asked for. */
export async function drive<Result>(
	pages: AsyncGenerator<Page, Result, Settled>,
	keep: (page: Page) => Promise<Settled>,
): Promise<Result> {
	let step = await pages.next([]);
	while (!step.done) {
		let settled: Settled;
		try {
			settled = await keep(step.value);
		} catch (error) {
			await pages.return(undefined as Result);
			throw error;
		}
		step = await pages.next(settled);
	}
	return step.value;
}
