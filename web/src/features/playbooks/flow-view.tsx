/** Numbered steps in a line, with nested steps in frames below. */
import { Text } from "@mantine/core";
import { Json } from "../../ui/json";
import type { FlowStep } from "./flow";

export function Flow({ steps }: { steps: readonly FlowStep[] }) {
  return (
    <ol className="flow">
      {steps.map((step, index) => (
        <Stop key={step.path} step={step} number={index + 1} />
      ))}
    </ol>
  );
}

function Stop({ step, number }: { step: FlowStep; number: number }) {
  return (
    <li className="flow-step">
      <span className="flow-number" aria-hidden>
        {number}
      </span>
      <Text fw={550}>
        {step.title}
        {step.agent ? (
          <Text span size="sm" c="dimmed" fw={400}>
            {" "}
            · {step.agent}
          </Text>
        ) : null}
      </Text>
      {step.condition ? (
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          Only if {step.condition}
        </Text>
      ) : null}
      {step.goesOn ? (
        <Text size="sm" c="dimmed">
          If this fails, the run continues
        </Text>
      ) : null}
      {Object.keys(step.params).length > 0 ? (
        <details className="flow-details">
          <summary>Details</summary>
          <Json value={step.params} label={`Details of ${step.title}`} />
        </details>
      ) : null}
      {step.blocks.map((block) => (
        <div key={block.title + (block.steps[0]?.path ?? "")} className="flow-block">
          <Text size="sm" fw={600} mb={8} style={{ overflowWrap: "anywhere" }}>
            {block.title}
          </Text>
          <Flow steps={block.steps} />
        </div>
      ))}
    </li>
  );
}
