import type { FunctionError } from "./environment.ts";

export interface FunctionOptions {
	name: string;
	arn: string;
	/** the folder of its bundle */
	folder: string;
	/** "index.handler" */
	handler: string;
	timeoutSeconds: number;
	memoryMb: number;
	environment: Readonly<Record<string, string>>;
	/** how many invocations may run at once; more wait */
	concurrency?: number;
	/** told each line that the function writes */
	onLine?: (line: string) => void;
}

export type Invoked = { payload: string } | { error: FunctionError };
