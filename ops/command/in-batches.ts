/** Up to so many rows at a time; beginning with few of them, a list has its first row at once. */
export async function* inBatches<Row>(
	rows: AsyncIterable<Row> | Iterable<Row>,
	size: number,
	first = size,
): AsyncGenerator<Row[]> {
	let some: Row[] = [];
	let wanted = first;
	for await (const row of rows) {
		some.push(row);
		if (some.length < wanted) continue;
		yield some;
		some = [];
		wanted = Math.min(size, wanted * 2);
	}
	if (some.length > 0) yield some;
}
