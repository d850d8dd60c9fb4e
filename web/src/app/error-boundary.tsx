import { Button, Text } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { Page } from "../ui/page";

/** Keeps an error in one page from breaking the frame. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    if (!navigator.onLine)
      return (
        <Page title="You're offline">
          <Text>This page will load when you're back online.</Text>
        </Page>
      );
    return (
      <Page title="Something went wrong">
        <Text>This page ran into a problem. Your playbooks keep running.</Text>
        <Text size="sm" c="dimmed">
          {error.message}
        </Text>
        <Button w="fit-content" onClick={() => this.setState({ error: undefined })}>
          Try again
        </Button>
      </Page>
    );
  }
}
