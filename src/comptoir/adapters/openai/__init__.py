"""Language models behind the chat completions of OpenAI, which Mistral, vLLM, Ollama, llama.cpp and others speak too."""
