import { readdirSync, readFileSync } from "node:fs";

/** The processor time that all threads of a process have used, in microseconds; undefined where the scheduler does not say. */
export function scheduledCpu(pid: number | "self"): number | undefined {
	try {
		const tasks = `/proc/${pid}/task`;
		const nanoseconds = readdirSync(tasks).map((task) =>
			Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
		);
		return nanoseconds.reduce((sum, one) => sum + one, 0) / 1000 || undefined;
	} catch (error) {
		// no such system, or a thread that ended meanwhile
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

/** Where processor time is read on this machine. */
export const cpuSource =
	scheduledCpu("self") === undefined
		? "process.cpuUsage()"
		: "the scheduler's own accounting, /proc/<pid>/task/*/schedstat";

export function ownCpu(): number {
	const { user, system } = process.cpuUsage();
	return scheduledCpu("self") ?? user + system;
}
