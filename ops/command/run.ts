import { nearest } from "../../functions/nearest.ts";
import { asTrouble, Misuse, Trouble } from "../trouble.ts";
import { readArguments } from "./arguments.ts";
import type { AnyCommand, Ending } from "./command.ts";
import { sayCommand, sayCommands } from "./help.ts";
import { openTerminal, type Streams, type Terminal } from "./terminal.ts";

export interface Surroundings extends Streams {
	environment: Readonly<Record<string, string | undefined>>;
	signal: AbortSignal;
}

const exitCodes: Readonly<Record<Ending | "misuse", number>> = {
	done: 0,
	trouble: 1,
	misuse: 2,
	nothing: 3,
};

/** Every command by its name, loaded when it is called. */
export type Registry = Readonly<Record<string, () => Promise<AnyCommand>>>;

/** Runs what was typed behind `billhook`; answers the exit code. */
export async function runBillhook(
	commands: Registry,
	typed: readonly string[],
	{ environment, signal, ...streams }: Surroundings,
): Promise<number> {
	const terminal = openTerminal(streams, environment);
	let name = "";
	try {
		const found = await findCommand(commands, typed);
		if ("help" in found) {
			terminal.print(found.help);
			return exitCodes.done;
		}
		const { command, rest } = found;
		name = command.name;
		const { help, values, words } = readArguments(command, rest);
		if (help) {
			terminal.print(sayCommand(command));
			return exitCodes.done;
		}
		const ending = await command.run({
			// read by its own declaration
			values: values as never,
			words,
			terminal,
			environment,
			signal,
		});
		return exitCodes[ending];
	} catch (error) {
		return exitCodes[tell(asTrouble(error, "do this"), name, terminal, signal)];
	} finally {
		terminal.end();
	}
}

function tell(
	error: unknown,
	name: string,
	terminal: Terminal,
	{ aborted }: AbortSignal,
): Ending | "misuse" {
	// what was under way was cut off by a person, who knows
	if (aborted) return "done";
	if (error instanceof Misuse) {
		const help = ["billhook", name, "--help"].filter(Boolean).join(" ");
		terminal.note(`${error.message} ${help} explains.`);
		return "misuse";
	}
	if (error instanceof Trouble) terminal.note(error.message);
	else terminal.note(error instanceof Error ? `${error.stack}` : `${error}`);
	return "trouble";
}

type Found =
	| { command: AnyCommand; rest: readonly string[] }
	| { help: string };

async function findCommand(
	commands: Registry,
	typed: readonly string[],
): Promise<Found> {
	const [first, ...others] = typed;
	if (first === "help") return findCommand(commands, [...others, "--help"]);
	if (first === "--help" || first === "-h")
		return { help: sayCommands(await loadAll(commands)) };
	if (first === undefined || first.startsWith("-"))
		throw new Misuse("Which command? It stands before its options.");
	for (const length of [2, 1]) {
		const load = commands[typed.slice(0, length).join(" ")];
		if (load) return { command: await load(), rest: typed.slice(length) };
	}
	return findNoun(commands, first, others);
}

/** A noun by itself has several verbs. */
async function findNoun(
	commands: Registry,
	noun: string,
	[verb]: readonly string[],
): Promise<Found> {
	const names = Object.keys(commands);
	const own = names.filter((name) => name.startsWith(`${noun} `));
	if (own.length > 0 && (verb === "--help" || verb === "-h"))
		return { help: sayCommands(await loadAll(commands, own)) };
	if (own.length > 0)
		throw new Misuse(
			verb === undefined
				? `Which of ${own.join(", ")}?`
				: `There is no command "${noun} ${verb}"; there are ${own.join(", ")}.`,
		);
	const meant = nearest(
		noun,
		names.flatMap((name) => name.split(" ", 1)),
	);
	const hint = meant ? ` Is ${meant} meant?` : "";
	throw new Misuse(`There is no command "${noun}".${hint}`);
}

/** In the order of the registry. */
export function loadAll(
	commands: Registry,
	names = Object.keys(commands),
): Promise<AnyCommand[]> {
	return Promise.all(names.flatMap((name) => commands[name]?.() ?? []));
}
