/** What the gate allows, and what `npm run bench -- --only counts` shows: lower a figure as soon as the code does. */
export const limits = {
	/** by the function, whatever its provider */
	bundles: {
		forward: { bytes: 566_000, modules: 604, builtins: 95 },
		poll: { bytes: 598_000, modules: 682, builtins: 90 },
		watch: { bytes: 481_000, modules: 564, builtins: 85 },
		webhook: { bytes: 100_000, modules: 80, builtins: 81 },
	},
	/** by the kind of delivery, new and again */
	deliveries: {
		once: {
			new: { calls: 1, writeUnits: 2, readUnits: 0 },
			duplicate: { calls: 1, writeUnits: 1, readUnits: 0 },
		},
		state: {
			new: { calls: 2, writeUnits: 2, readUnits: 1 },
			duplicate: { calls: 1, writeUnits: 0, readUnits: 1 },
		},
		large: {
			new: { calls: 1, writeUnits: 2, readUnits: 0 },
			duplicate: { calls: 1, writeUnits: 1, readUnits: 0 },
		},
		dense: {
			new: { calls: 1, writeUnits: 3, readUnits: 0 },
			duplicate: { calls: 1, writeUnits: 2, readUnits: 0 },
		},
	},
};
