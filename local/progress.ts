const everySeconds = 10;

/** Says again and again that the work goes on, until it ends. */
export async function withReminders<T>(
	what: string,
	say: (line: string) => void,
	work: Promise<T>,
): Promise<T> {
	let seconds = 0;
	const timer = setInterval(() => {
		seconds += everySeconds;
		say(`Still ${what}, ${seconds} s.`);
	}, everySeconds * 1000);
	try {
		return await work;
	} finally {
		clearInterval(timer);
	}
}
