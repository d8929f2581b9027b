import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openDataFolder, unusable } from "./data-folder.ts";

/** Makes the folder ours until disposed. The lock is the system's own on a file: it ends with its process, however that ends. */
export function lockFolder(folder: string): Disposable {
	openDataFolder(folder);
	const pidFile = join(folder, "pid");
	const lock = lockFile(folder, pidFile);
	writeFileSync(pidFile, `${process.pid}\n`);
	return {
		[Symbol.dispose]() {
			lock.close();
		},
	};
}

function lockFile(folder: string, pidFile: string): DatabaseSync {
	let lock: DatabaseSync | undefined;
	try {
		lock = new DatabaseSync(join(folder, "lock"));
		lock.exec("BEGIN EXCLUSIVE");
		return lock;
	} catch (error) {
		lock?.close();
		if (!isBusy(error)) throw unusable(folder, error);
		throw new Error(
			`Billhook is running on ${folder} already${ownerOf(pidFile)}. Stop it, or choose another folder: BILLHOOK_DATA=… npm start`,
		);
	}
}

// SQLITE_BUSY: another process has begun its transaction
function isBusy(error: unknown): boolean {
	return error instanceof Error && "errcode" in error && error.errcode === 5;
}

function ownerOf(pidFile: string): string {
	try {
		return ` (process ${readFileSync(pidFile, "utf8").trim()})`;
	} catch {
		return "";
	}
}
