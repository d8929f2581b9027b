/** Acts on each, several at a time; once one throws, none is begun. */
export async function inTurn<Each>(
	all: readonly Each[],
	together: number,
	act: (each: Each) => Promise<void>,
): Promise<void> {
	const waiting = [...all].reverse();
	const worker = async () => {
		for (let each = waiting.pop(); each !== undefined; each = waiting.pop())
			try {
				await act(each);
			} catch (error) {
				waiting.length = 0;
				throw error;
			}
	};
	await Promise.all(Array.from({ length: together }, worker));
}
