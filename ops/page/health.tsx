import { useState } from "preact/hooks";
import type {
	Done,
	Health as Figures,
	InstalledProvider,
} from "../console/answers.ts";
import { act, useAnswer } from "./ask.ts";
import { placeOf } from "./place.ts";
import type { ViewProps } from "./view.ts";

/** Is everything arriving, is everything leaving, who is losing webhooks. */
export function Health({ installed }: ViewProps) {
	return (
		<>
			<h1>Providers</h1>
			<p class="quiet">
				Events and quarantine of the last 24 hours; what waits is as it is now.
			</p>
			<div class="cards">
				{installed.providers.map((own) => (
					<Card key={own.provider} {...own} />
				))}
			</div>
		</>
	);
}

function Card({ provider, examples }: InstalledProvider) {
	const { value, trouble, again } = useAnswer<Figures>("health", { provider });
	const filter = { provider };
	return (
		<section class="card" aria-labelledby={`of-${provider}`}>
			<h2 id={`of-${provider}`}>{provider}</h2>
			{trouble && <p class="trouble">{trouble}</p>}
			<dl>
				<dt>
					<a href={placeOf("events", "", filter)}>Events</a>
				</dt>
				<dd>{value ? counted(value.events, value) : "…"}</dd>
				<dt>Brought by the poll alone</dt>
				<dd>{value ? shareOf(value) : "…"}</dd>
				<dt>Waiting on the queue</dt>
				<dd>{value?.waiting ?? "…"}</dd>
				<dt>
					<a href={placeOf("dead-letters", "", filter)}>Dead letters</a>
				</dt>
				<dd class={value?.deadLetters ? "bad" : ""}>
					{value?.deadLetters ?? "…"}
				</dd>
				<dt>
					<a href={placeOf("quarantine", "", filter)}>Quarantine</a>
				</dt>
				<dd class={value?.quarantined ? "bad" : ""}>
					{value ? counted(value.quarantined, value) : "…"}
				</dd>
			</dl>
			{examples.length > 0 && (
				<Examples provider={provider} examples={examples} after={again} />
			)}
		</section>
	);
}

function counted(count: number, { more }: Figures): string {
	return more ? `over ${count}` : String(count);
}

function shareOf({ events, recovered }: Figures): string {
	if (events === 0) return "0";
	return `${recovered} (${Math.round((100 * recovered) / events)} %)`;
}

interface ExamplesProps extends InstalledProvider {
	after: () => void;
}

function Examples({ provider, examples, after }: ExamplesProps) {
	const [chosen, setChosen] = useState(examples[0] ?? "");
	const [said, setSaid] = useState("");
	const send = () =>
		act<Done>("send", { provider, example: chosen }).then(
			({ says }) => {
				setSaid(says);
				after();
			},
			(error: Error) => setSaid(error.message),
		);
	return (
		<p class="send">
			<label>
				<span class="unseen">Example of {provider}</span>
				<select
					value={chosen}
					onChange={({ currentTarget }) => setChosen(currentTarget.value)}
				>
					{examples.map((example) => (
						<option key={example}>{example}</option>
					))}
				</select>
			</label>
			<button type="button" onClick={send}>
				Send it
			</button>
			<output>{said}</output>
		</p>
	);
}
