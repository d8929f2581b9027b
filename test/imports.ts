/** One import or re-export of a file. */
export interface Import {
	/** as it is written */
	from: string;
	/** what is taken by name; empty where all is, or only the effect */
	names: readonly string[];
}

const statement =
	/^\s*(?:import|export)\s([^;"]*?)\bfrom\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\b(?:import|require)\(\s*"([^"]+)"/gm;

/** What a TypeScript text imports, types included. */
export function readImports(text: string): Import[] {
	return [...text.matchAll(statement)].map(
		([, clause = "", from, effect, called]) => ({
			from: from ?? effect ?? called ?? "",
			names: [...clause.matchAll(/[\w$*]+/g)]
				.map(([word]) => word)
				.filter((word) => !["type", "as"].includes(word)),
		}),
	);
}

/** The groups of files of which each reaches every other one: circles, however long. */
export function circles(
	graph: ReadonlyMap<string, readonly string[]>,
): string[][] {
	const found: string[][] = [];
	const order = new Map<string, number>();
	const path: string[] = [];

	// Tarjan's strongly connected components
	function visit(file: string): number {
		const own = order.size;
		let lowest = own;
		order.set(file, own);
		path.push(file);
		for (const next of graph.get(file) ?? []) {
			if (!order.has(next)) lowest = Math.min(lowest, visit(next));
			else if (path.includes(next))
				lowest = Math.min(lowest, order.get(next) ?? own);
		}
		if (lowest === own) {
			const group = path.splice(path.indexOf(file));
			const [only] = group;
			const isCircle =
				group.length > 1 ||
				(only !== undefined && graph.get(only)?.includes(only));
			if (isCircle) found.push(group.sort());
		}
		return lowest;
	}

	for (const file of graph.keys()) if (!order.has(file)) visit(file);
	return found;
}
