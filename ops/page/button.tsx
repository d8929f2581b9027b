import { useState } from "preact/hooks";
import type { Done } from "../console/answers.ts";
import { act } from "./ask.ts";

interface ActProps {
	/** on the button, and on the one that makes sure */
	label: string;
	/** what pressing it once more will do */
	sure: string;
	name: string;
	body: unknown;
	after: () => void;
}

/** Acts only when pressed a second time, having said what it will do. */
export function ActButton({ label, sure, name, body, after }: ActProps) {
	const [step, setStep] = useState<"idle" | "asked" | "acting">("idle");
	const [done, setDone] = useState<Done>();
	const go = () => {
		setStep("acting");
		act<Done>(name, body)
			.then(setDone, (error: Error) => setDone({ says: error.message }))
			.then(() => {
				setStep("idle");
				after();
			});
	};
	return (
		<span class="act">
			{step === "idle" && (
				<button type="button" onClick={() => setStep("asked")}>
					{label}
				</button>
			)}
			{step === "asked" && (
				<>
					<span>{sure}</span>
					<button type="button" class="sure" onClick={go}>
						{label}
					</button>
					<button type="button" onClick={() => setStep("idle")}>
						Leave it
					</button>
				</>
			)}
			{step === "acting" && <span>At it …</span>}
			<output>
				{done?.says}
				{done?.failed?.map((says) => (
					<span class="trouble" key={says}>
						{says}
					</span>
				))}
			</output>
		</span>
	);
}
