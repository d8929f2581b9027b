/** The word that was probably meant; none where all of them are far. */
export function nearest(
	word: string,
	words: readonly string[],
): string | undefined {
	const [first] = words
		.map((other) => ({ other, changes: changesBetween(word, other) }))
		.sort((one, other) => one.changes - other.changes);
	return first && first.changes <= Math.max(2, word.length / 3)
		? first.other
		: undefined;
}

/** Levenshtein's distance: letters to add, drop or replace. */
function changesBetween(word: string, other: string): number {
	let row = Array.from({ length: other.length + 1 }, (_, index) => index);
	for (const [index, letter] of [...word].entries()) {
		const next = [index + 1];
		for (let at = 1; at <= other.length; at++)
			next[at] = Math.min(
				(row[at] ?? 0) + 1,
				(next[at - 1] ?? 0) + 1,
				(row[at - 1] ?? 0) + (letter === other[at - 1] ? 0 : 1),
			);
		row = next;
	}
	return row[other.length] ?? 0;
}
