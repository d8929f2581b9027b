import { useCallback, useEffect, useState } from "preact/hooks";

/** An answer on its way, here, or not to be had. */
export interface Answer<T> {
	value?: T;
	trouble?: string;
	asking: boolean;
	/** asks once more */
	again: () => void;
}

export type Parameters = Readonly<Record<string, string | undefined>>;

/** Asks the console's own server, and again whenever what is asked for has changed. */
export function useAnswer<T>(name: string, parameters: Parameters): Answer<T> {
	const [answer, setAnswer] = useState<Omit<Answer<T>, "again">>({
		asking: true,
	});
	const [asked, setAsked] = useState(0);
	const again = useCallback(() => setAsked((count) => count + 1), []);
	const url = urlOf(name, parameters);
	useEffect(() => {
		const left = new AbortController();
		setAnswer((before) => ({ ...before, asking: true }));
		read<T>(fetch(url, { signal: left.signal })).then(
			(value) => setAnswer({ value, asking: false }),
			(error: Error) => {
				if (!left.signal.aborted)
					setAnswer({ trouble: error.message, asking: false });
			},
		);
		return () => left.abort();
	}, [url, asked]);
	return { ...answer, again };
}

export function ask<T>(name: string, parameters: Parameters): Promise<T> {
	return read<T>(fetch(urlOf(name, parameters)));
}

/** Has something done. */
export function act<T>(name: string, body: unknown): Promise<T> {
	return read<T>(
		fetch(`api/${name}`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body),
		}),
	);
}

function urlOf(name: string, parameters: Parameters): string {
	const given = Object.entries(parameters).filter(
		(each): each is [string, string] => Boolean(each[1]),
	);
	return `api/${name}?${new URLSearchParams(given)}`;
}

async function read<T>(asked: Promise<Response>): Promise<T> {
	const response = await asked.catch((error: Error) => {
		if (error.name === "AbortError") throw error;
		throw new Error(
			"The console does not answer: it has been stopped, or its address has changed.",
		);
	});
	const told = await response.json();
	if (response.ok) return told;
	throw new Error(told.message ?? `The console answered ${response.status}.`);
}
