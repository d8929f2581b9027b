export interface Mistake {
	/** stays the same from release to release, so that it can be searched for */
	id: `billhook:${string}`;
	/** what is wrong, and what would be right */
	says: string;
}

/** What whoever configures the app can put right: where it was thrown helps nobody. */
export class ConfigurationError extends Error {
	override name = "ConfigurationError";
	readonly mistakes: readonly Mistake[];

	constructor(...mistakes: readonly Mistake[]) {
		const lines = mistakes.map(({ id, says }) => `\n  - ${says} [${id}]`);
		super(`Billhook cannot be built:${lines.join("")}`);
		this.mistakes = mistakes;
	}
}
