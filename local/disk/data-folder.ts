import { accessSync, chmodSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

// they hold bodies and settings
const parts = ["dynamodb", "fauxqs", "log", "secrets", "streams"];

/** Makes the folder that keeps everything; an error with a way out, if it cannot. */
export function openDataFolder(folder: string): void {
	try {
		make(folder);
		accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch (error) {
		throw unusable(folder, error);
	}
}

/** Makes its parts for their owner alone: a folder that was there before may be anybody's to read. */
export function openParts(folder: string): void {
	try {
		for (const part of parts) {
			make(join(folder, part));
			chmodSync(join(folder, part), 0o700);
		}
	} catch (error) {
		throw unusable(folder, error);
	}
}

/** The error in words, with a way out. */
export function unusable(folder: string, error: unknown): Error {
	const { code = "", message } = error as NodeJS.ErrnoException;
	return new Error(
		`The data folder ${folder} cannot be used: ${reasons[code] ?? `${message}.`} Choose another: BILLHOOK_DATA=… npm start`,
	);
}

const isFile = "it, or a part of its path, is a file.";
const notAllowed = "this user may not read or write there.";
const reasons: Readonly<Record<string, string>> = {
	EACCES: notAllowed,
	EPERM: notAllowed,
	EROFS: "its file system is read-only.",
	EEXIST: isFile,
	ENOTDIR: isFile,
	ENOENT: "no folder can be made there.",
	ENOSPC: "the disk is full.",
};

/** One by one: Node's own recursive mkdir never ends in /proc. */
function make(folder: string): void {
	if (isFolder(folder)) return;
	make(dirname(folder));
	try {
		mkdirSync(folder, { mode: 0o700 });
	} catch (error) {
		if (!isFolder(folder)) throw error;
	}
}

function isFolder(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
