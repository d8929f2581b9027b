const together = 8;

/** Several at a time; throws the first error when none is under way any more. */
export async function eachOf<One, Result>(
	all: readonly One[],
	act: (one: One) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	let next = 0;
	let broken = false;
	const worker = async () => {
		while (!broken && next < all.length) {
			const index = next++;
			try {
				results[index] = await act(all[index] as One);
			} catch (error) {
				broken = true;
				throw error;
			}
		}
	};
	const workers = Array.from({ length: together }, worker);
	for (const end of await Promise.allSettled(workers))
		if (end.status === "rejected") throw end.reason;
	return results;
}
