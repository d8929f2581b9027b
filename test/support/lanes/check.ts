/** Tries a law on so many seeds, always the same ones, and says which one breaks it. */
export function check(
	law: string,
	runs: number,
	judge: (seed: number) => string | undefined,
): void {
	for (let seed = 1; seed <= runs; seed++) {
		const broken = judge(seed);
		if (broken) throw new Error(`${law}, seed ${seed}: ${broken}`);
	}
}
