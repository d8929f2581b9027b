import { helpOption } from "./arguments.ts";
import type { AnyCommand, Options } from "./command.ts";

/** What `billhook --help` prints. */
export function sayCommands(commands: readonly AnyCommand[]): string {
	const width = Math.max(...commands.map(({ name }) => name.length));
	const lines = commands.map(
		({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`,
	);
	return `billhook: what came in, what became of it, and how to mend it

A delivery is what arrived, an event what was recorded of it, a message what was handed on.

${lines.join("\n")}

billhook <command> --help explains one of them, with examples.
Where the local cloud runs (npm start), it is asked; --stage asks what is deployed, with
the credentials that the AWS CLI would use.
Exit status: 0 done, 1 something is wrong, 2 not understood, 3 nothing matched.`;
}

/** What `billhook <command> --help` prints. */
export function sayCommand(command: AnyCommand): string {
	const { name, summary, description, examples } = command;
	const { arguments: taken = [], options } = command;
	const words = [name, ...taken.map((argument) => argument.name)];
	const rows = [
		...taken.map((argument) => [argument.name, argument.says] as const),
		...rowsOf({ ...options, ...helpOption }),
	];
	const width = Math.max(...rows.map(([first]) => first.length));
	return [
		`billhook ${name}: ${summary}`,
		`  billhook ${words.join(" ")} [options]`,
		...(description ? [description] : []),
		rows.map(([first, says]) => `  ${first.padEnd(width)}  ${says}`).join("\n"),
		examples
			.map(([typed, says]) => `  ${says}:\n    billhook ${typed}`)
			.join("\n"),
	].join("\n\n");
}

export function rowsOf(options: Options): (readonly [string, string])[] {
	return Object.entries(options).map(([name, { value, says }]) => [
		value ? `--${name} ${value}` : `--${name}`,
		says,
	]);
}
