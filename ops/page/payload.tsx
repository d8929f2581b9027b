import { useState } from "preact/hooks";
import { indented } from "./indented.ts";

const shownAtOnce = 200_000;

/** JSON, indented without being read: every digit stays as it came. Anything else as it is. */
export function Payload({ text }: { text: string }) {
	const [asSent, setAsSent] = useState(false);
	const whole = asSent ? text : indented(text);
	const cut = whole.slice(0, shownAtOnce);
	return (
		<>
			<p class="tools">
				<button
					type="button"
					aria-pressed={asSent}
					onClick={() => setAsSent(!asSent)}
				>
					As it was sent
				</button>
				<button
					type="button"
					onClick={() => navigator.clipboard.writeText(text)}
				>
					Copy
				</button>
				{cut.length < whole.length && (
					<span>
						The first {shownAtOnce} of {whole.length} characters.
					</span>
				)}
			</p>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
			<pre tabIndex={0}>{cut}</pre>
		</>
	);
}
