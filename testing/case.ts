/** One law that a provider keeps; `run` throws an error that says what is wrong, and what to do. */
export interface ContractCase {
	name: string;
	run(): Promise<void>;
}
