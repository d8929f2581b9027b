import { Misuse } from "../trouble.ts";
import { defineOptions } from "./command.ts";
import { printable, type Terminal } from "./terminal.ts";

export const yesOption = defineOptions({
	yes: {
		type: "boolean",
		says: "do it; without it, what would be done is shown",
	},
});

const sampled = 3;

export interface Intention {
	/** "12 events are sent again" */
	what: string;
	count: number;
	/** some of what it would be done to; three are shown */
	samples: readonly string[];
}

/** Shows what is about to be done, and ends the command there unless --yes was typed. */
export function askConsent(
	{ what, count, samples }: Intention,
	{ yes }: { yes?: boolean },
	terminal: Terminal,
): void {
	terminal.note(`${what}:`);
	for (const sample of samples.slice(0, sampled))
		terminal.note(`  ${printable(sample)}`);
	const more = count - Math.min(samples.length, sampled);
	if (more > 0) terminal.note(`  and ${more} more`);
	if (!yes) throw new Misuse("Nothing has been done yet; --yes does it.");
}
