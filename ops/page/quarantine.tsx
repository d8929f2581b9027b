import type { QuarantineKind, ShownDelivery } from "../console/answers.ts";
import { useAnswer } from "./ask.ts";
import { ActButton } from "./button.tsx";
import { Payload } from "./payload.tsx";
import { placeOf } from "./place.ts";
import { shown } from "./time.ts";
import type { ViewProps } from "./view.ts";

/** What could not be taken on, by what is wrong with it; or one such delivery. */
export function Quarantine({ place: { about, filter } }: ViewProps) {
	return about === "" ? (
		<Kinds
			provider={filter.get("provider") ?? ""}
			days={filter.get("days") ?? "1"}
		/>
	) : (
		<Delivery id={about} />
	);
}

const periods = { "1": "24 hours", "7": "7 days", "31": "31 days" };

function Kinds({ provider, days }: { provider: string; days: string }) {
	const { value, trouble, asking, again } = useAnswer<QuarantineKind[]>(
		"quarantine",
		{ provider, days },
	);
	const choose = (chosen: string) => {
		location.hash = placeOf("quarantine", "", { provider, days: chosen });
	};
	return (
		<>
			<h1>Quarantine{provider && ` of ${provider}`}</h1>
			<p class="quiet">
				<label>
					Genuine deliveries of the last{" "}
					<select
						value={days}
						onChange={({ currentTarget }) => choose(currentTarget.value)}
					>
						{Object.entries(periods).map(([value, says]) => (
							<option key={value} value={value}>
								{says}
							</option>
						))}
					</select>
				</label>
				, by what is wrong.
			</p>
			{trouble && (
				<p class="trouble" role="alert">
					{trouble}
				</p>
			)}
			{asking && !value && <p class="quiet">Reading …</p>}
			{value?.length === 0 && <p>Nothing lies there.</p>}
			{value?.map((kind) => (
				<Kind
					key={`${kind.provider} ${kind.reason} ${kind.field} ${kind.message}`}
					{...kind}
					days={Number(days)}
					after={again}
				/>
			))}
		</>
	);
}

interface KindProps extends QuarantineKind {
	days: number;
	after: () => void;
}

function Kind(props: KindProps) {
	const { id, provider, reason, field, message, entries, after } = props;
	const { first, last, days } = props;
	const one = entries === 1;
	return (
		<section class="card wide">
			<h2>
				{provider}: {reason}
				{field && <code>{field}</code>}
			</h2>
			<p>{message}</p>
			<p class="quiet">
				{one ? "One delivery" : `${entries} deliveries`}, {shown(first)} to{" "}
				{shown(last)}; <a href={placeOf("quarantine", id)}>the latest</a>
			</p>
			<ActButton
				label={one ? "Retry it" : `Retry all ${entries}`}
				sure={`The deployed function reads ${one ? "it" : "them"} again; what it can read now is recorded.`}
				name="retry"
				body={{ provider, reason, field, days }}
				after={after}
			/>
		</section>
	);
}

function Delivery({ id }: { id: string }) {
	const { value, trouble, again } = useAnswer<ShownDelivery>("delivery", {
		id,
	});
	if (trouble)
		return (
			<p class="trouble" role="alert">
				{trouble}
			</p>
		);
	if (!value) return <p class="quiet">Reading it …</p>;
	const { provider, reason, issues, last, count, path, headers, body } = value;
	return (
		<>
			<h1>
				{provider}: {reason}
			</h1>
			<p class="quiet">
				{shown(last)}, {count === 1 ? "once" : `${count} times`}
				{path && `, to ${path}`}
			</p>
			<ul>
				{issues.map(({ path, message }) => (
					<li key={`${path} ${message}`}>
						{path && <code>{path}</code>} {message}
					</li>
				))}
			</ul>
			<ActButton
				label="Retry it"
				sure="The deployed function reads it again; if it can be read now, it is recorded."
				name="retry"
				body={{ id }}
				after={again}
			/>
			<dl class="attributes">
				{Object.entries(headers).map(([name, text]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{text}</dd>
					</div>
				))}
			</dl>
			<Payload text={body} />
		</>
	);
}
