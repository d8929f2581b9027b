import type { Readable, Writable } from "node:stream";

/** What a command reads from and writes to. */
export interface Streams {
	stdin: Readable;
	stdout: Writable & { isTTY?: boolean };
	stderr: Writable & { isTTY?: boolean; columns?: number };
}

export interface Terminal {
	stdin: Readable;
	/** a line of the result */
	print(line: string): void;
	/** the result itself, byte for byte */
	printBytes(bytes: Uint8Array): void;
	/** a line beside the result, for whoever watches */
	note(line: string): void;
	/** where it has got to: on a terminal only, and of what takes more than a second */
	progress(line: string): void;
	/** a person reads the result */
	isTerminal: boolean;
	colour(text: string, name: Colour): string;
	/** takes the last progress away */
	end(): void;
}

const colours = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1, plain: 0 };
export type Colour = keyof typeof colours;

const quietMs = 1000;
const clearLine = "\r\u001b[K";

export function openTerminal(
	{ stdin, stdout, stderr }: Streams,
	environment: Readonly<Record<string, string | undefined>>,
): Terminal {
	const isTerminal = stdout.isTTY === true;
	// https://no-color.org: set to anything but nothing
	const hasColours = isTerminal && !environment.NO_COLOR;
	const begun = performance.now();
	let shown = false;

	function clear(): void {
		if (shown) stderr.write(clearLine);
		shown = false;
	}

	return {
		stdin,
		isTerminal,
		print(line) {
			clear();
			stdout.write(`${line}\n`);
		},
		printBytes(bytes) {
			clear();
			stdout.write(bytes);
		},
		note(line) {
			clear();
			stderr.write(`${line}\n`);
		},
		progress(line) {
			if (!stderr.isTTY || performance.now() - begun < quietMs) return;
			stderr.write(clearLine + line.slice(0, (stderr.columns ?? 80) - 1));
			shown = true;
		},
		colour: (text, name) =>
			hasColours && name !== "plain"
				? `\u001b[${colours[name]}m${text}\u001b[0m`
				: text,
		end: clear,
	};
}

/** As a terminal may show it: what came from outside could otherwise move its cursor or turn its writing round. */
export function printable(text: string): string {
	return text.replace(
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
		/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
		(sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}
