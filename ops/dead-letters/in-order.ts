import type { Letter } from "./letters.ts";

export interface Redriving {
	isMeant(letter: Letter): boolean;
	/** answers why it could not be sent, where it could not */
	redrive(letter: Letter): Promise<string | undefined>;
	signal: AbortSignal;
	onRedriven?: (count: number) => void;
}

export interface Redriven {
	redriven: number;
	failed: { id: string; reason: string }[];
	/** behind one that failed, of the same subject */
	held: number;
}

/** Redrives what is meant of each page; a group ends at its first failure. `open` holds what has been received and is not done with. */
export async function redriveInOrder(
	pages: AsyncIterable<readonly Letter[]>,
	open: Set<Letter>,
	{ isMeant, redrive, signal, onRedriven }: Redriving,
): Promise<Redriven> {
	const result: Redriven = { redriven: 0, failed: [], held: 0 };
	const ended = new Set<string>();
	for await (const page of pages) {
		for (const letter of page) open.add(letter);
		for (const letter of page) {
			const line = `${letter.provider} ${letter.group}`;
			if (ended.has(line)) result.held++;
			else if (isMeant(letter) && !signal.aborted) {
				const reason = await redrive(letter);
				if (reason === undefined) {
					open.delete(letter);
					result.redriven++;
					onRedriven?.(result.redriven);
				} else {
					result.failed.push({ id: letter.id, reason });
					ended.add(line);
				}
			}
		}
	}
	return result;
}
