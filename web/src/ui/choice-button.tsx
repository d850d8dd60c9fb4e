import { Button, type ButtonProps } from "@mantine/core";

interface Props extends ButtonProps {
  label: string;
  onClick: () => void;
}

/** A button that sends its own words; long ones wrap. */
export function ChoiceButton({ label, ...props }: Props) {
  return (
    <Button
      variant="default"
      h="auto"
      py={5}
      fw={500}
      styles={{ label: { whiteSpace: "normal", textAlign: "left", lineHeight: 1.4, overflowWrap: "anywhere" } }}
      {...props}
    >
      {label}
    </Button>
  );
}
