import { type Colour, printable, type Terminal } from "../command/terminal.ts";
import type { Moment } from "../story/moment.ts";

const colourOf: Readonly<Partial<Record<Moment["what"], Colour>>> = {
	now: "bold",
	failed: "red",
	held: "red",
	quarantined: "yellow",
};

export function printMoment(
	moment: Moment,
	terminal: Terminal,
	{ json }: { json?: boolean },
): void {
	terminal.print(
		json
			? JSON.stringify(moment)
			: terminal.colour(lineOf(moment), colourOf[moment.what] ?? "plain"),
	);
}

function lineOf({ at, provider, what, says, id }: Moment): string {
	return [
		at,
		printable(provider).padEnd(10),
		what.padEnd(11),
		printable(says),
		id && `(${id})`,
	]
		.filter(Boolean)
		.join("  ");
}
