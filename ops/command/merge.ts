/** Sources that are each in order, as one. */
export async function* merge<Row>(
	sources: readonly AsyncIterable<Row>[],
	compare: (one: Row, other: Row) => number,
): AsyncGenerator<Row> {
	const heads = await Promise.all(
		sources.map(async (source) => {
			const rest = source[Symbol.asyncIterator]();
			return { rest, next: await rest.next() };
		}),
	);
	for (;;) {
		let first: { head: (typeof heads)[number]; row: Row } | undefined;
		for (const head of heads) {
			if (head.next.done) continue;
			const row = head.next.value;
			if (!first || compare(row, first.row) < 0) first = { head, row };
		}
		if (!first) return;
		yield first.row;
		first.head.next = await first.head.rest.next();
	}
}

/** Begins at once, and not when its first row is asked for. */
export function begun<Row>(rows: AsyncGenerator<Row>): AsyncGenerator<Row> {
	const first = rows.next();
	// told when it is asked for
	first.catch(() => {});
	return (async function* () {
		const { value, done } = await first;
		if (done) return;
		yield value;
		yield* rows;
	})();
}
