import type * as z from "zod";
import type { Terminal } from "./terminal.ts";

/** One option of a command, as its help says it. */
export interface Option {
	type: "string" | "boolean";
	/** what stands for its value in the help: <stage> */
	value?: string;
	says: string;
}

export type Options = Readonly<Record<string, Option>>;

export type Values<Named extends Options> = {
	readonly [Name in keyof Named]?: Named[Name]["type"] extends "boolean"
		? boolean
		: string;
};

export interface Argument {
	/** <id>, [<id>], <id …> or [<id …>]: needed or not, one or several */
	name: string;
	says: string;
}

/** How a command ended: all was well, something is wrong, or nothing matched. */
export type Ending = "done" | "trouble" | "nothing";

/** What a command is called with. */
export interface Call<Named extends Options = Options> {
	values: Values<Named>;
	/** what stands for its arguments, in their order */
	words: readonly string[];
	terminal: Terminal;
	environment: Readonly<Record<string, string | undefined>>;
	/** aborted by Ctrl-C, and when nobody reads on */
	signal: AbortSignal;
}

export interface Command<Named extends Options = Options> {
	/** as it is typed behind `billhook`: one word, or a noun and a verb */
	name: string;
	/** one line */
	summary: string;
	/** what else its user should know, in paragraphs */
	description?: string;
	arguments?: readonly Argument[];
	options: Named;
	/** what is typed behind `billhook`, and what it is for */
	examples: readonly [typed: string, says: string][];
	/** the shape of a line of `--json` */
	line?: z.ZodType;
	run(call: Call<Named>): Promise<Ending>;
}

/** The registry's view of a command: whoever runs it has read its options from the declaration. */
export type AnyCommand = Omit<Command, "run"> & {
	// a method's arguments are compared leniently, which is what a list of commands needs
	run(call: Call<never>): Promise<Ending>;
};

export function defineCommand<const Named extends Options>(
	command: Command<Named>,
): Command<Named> {
	return command;
}

export function defineOptions<const Named extends Options>(
	options: Named,
): Named {
	return options;
}
