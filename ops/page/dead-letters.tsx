import type { DeadLetterRow } from "../console/answers.ts";
import { useAnswer } from "./ask.ts";
import { ActButton } from "./button.tsx";
import { placeOf } from "./place.ts";
import type { ViewProps } from "./view.ts";

/** Messages that a consumer was given five times and did not finish. */
export function DeadLetters({ place, overview, again }: ViewProps) {
	const chosen = place.filter.get("provider");
	const providers = overview.providers.filter(
		({ provider, deadLetters }) =>
			deadLetters > 0 && (!chosen || provider === chosen),
	);
	return (
		<>
			<h1>Dead letters{chosen && ` of ${chosen}`}</h1>
			{providers.length === 0 && <p>No message lies here.</p>}
			{providers.map(({ provider, deadLetters }) => (
				<Letters
					key={provider}
					provider={provider}
					count={deadLetters}
					after={again}
				/>
			))}
		</>
	);
}

interface LettersProps {
	provider: string;
	count: number;
	after: () => void;
}

function Letters({ provider, count, after }: LettersProps) {
	// looked at only when asked for: who receives a message takes it from others for a while
	return (
		<section class="card wide">
			<h2>{provider}</h2>
			<p>{count === 1 ? "One message" : `${count} messages`}, as SQS counts.</p>
			<Looked provider={provider} />
			<ActButton
				label={count === 1 ? "Send it again" : "Send them again"}
				sure="Each goes back to its queue in its group's order, and its consumers get it once more."
				name="redrive"
				body={{ provider }}
				after={after}
			/>
		</section>
	);
}

function Looked({ provider }: { provider: string }) {
	const { value, trouble } = useAnswer<DeadLetterRow[]>("dead-letters", {
		provider,
	});
	if (trouble) return <p class="trouble">{trouble}</p>;
	return (
		<ul>
			{value?.map(({ id, type, subject }) => (
				<li key={id}>
					<a href={placeOf("story", id)}>{subject}</a> {type}
				</li>
			))}
		</ul>
	);
}
